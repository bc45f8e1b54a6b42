"""The rules of the task list, as functions over plain records."""
