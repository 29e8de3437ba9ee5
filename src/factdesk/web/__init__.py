"""The web at arm's length: url keys, the guard, fetching, robots.txt, and the killable reading worker."""
