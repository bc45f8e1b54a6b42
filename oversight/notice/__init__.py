"""The responsibility notice of a compound (管理责任清单进小区, T14): contents and poster."""
