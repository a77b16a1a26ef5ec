"""Legal-aid intake (法律援助预申请): a form filled in at the kiosk waits for its ticket and is opened at the window."""
