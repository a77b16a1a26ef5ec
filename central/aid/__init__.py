"""Legal aid (法律援助): a case from its application to the archived file, every step of it kept."""
