"""ceap: the command line. Every command calls one public function of another package."""
