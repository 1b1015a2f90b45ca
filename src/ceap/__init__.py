"""ceap: the command line. Every command is one public function of a room."""
