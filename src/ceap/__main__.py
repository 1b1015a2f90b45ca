"""python -m ceap: the command `ceap`, where it is not on the path."""

from ceap.main import main

main()
