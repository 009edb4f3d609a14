"""What auditors do with their instruments: one public function per act."""
