"""An index that follows its database, and the service that answers from it."""
