"""What somebody in charge must look at now: holds, pauses and waits that last too long, idle windows, empty duties."""
