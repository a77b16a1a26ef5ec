"""The opinion box (意见箱): what visitors write to the hall, without saying who they are."""
