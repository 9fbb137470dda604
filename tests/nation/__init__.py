"""The sample nation: invented reports on invented hosts, with known truth, served on loopback only."""
