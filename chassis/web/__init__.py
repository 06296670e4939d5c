"""The web base every room page stands on: templates, words in two languages, look and script."""
