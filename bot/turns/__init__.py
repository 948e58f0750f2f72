"""One message's whole way: what is known when it comes, what is carried out, and the words that come of it."""
