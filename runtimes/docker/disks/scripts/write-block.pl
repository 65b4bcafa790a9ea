#!/usr/bin/env perl
# write-block.pl FILE
# Writes and syncs a block; ends with the number of the error where that fails.
use strict;
use IO::Handle;
open my $file, '>', $ARGV[0] or exit $! + 0;
syswrite $file, 'x' x 4096 or exit $! + 0;
$file->sync or exit $! + 0;
