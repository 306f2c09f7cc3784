import surely_not_there.sub
