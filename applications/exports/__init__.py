"""From rows of the dossier to a file that people fill in further: importing it again changes nothing."""
