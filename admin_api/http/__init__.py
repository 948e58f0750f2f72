"""What every route needs: who calls, once only, errors, pace, lists as addresses."""
