"""What an applicant may know and do of their own case, behind the code from the receipt and without an account."""
