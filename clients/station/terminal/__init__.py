"""The station in the terminal: the same desk as the pages, for who works without a browser or with a screen reader."""
