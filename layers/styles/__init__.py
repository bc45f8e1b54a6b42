"""How layers are drawn: declared once with each layer, written in the words of several programs."""
