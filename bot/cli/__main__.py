"""`python -m bot.cli` is `punte`."""

from bot.cli import main

main()
