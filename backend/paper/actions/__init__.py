"""One verb per module: print, issue, receive, place, adjudicate, confirm, discard."""
