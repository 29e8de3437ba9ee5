"""Which essays there are, which one a text is, and its versions with their links."""
