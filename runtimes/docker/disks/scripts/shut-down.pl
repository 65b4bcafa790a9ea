#!/usr/bin/env perl
# shut-down.pl PATH FLAGS
# ext4's EXT4_IOC_SHUTDOWN (XFS has the same, as XFS_IOC_GOINGDOWN): from then on nothing reaches the disk. With FLAGS
# 2, without a flush of its journal, what had not reached it is dropped when it is unmounted; 0 flushes all before.
use strict;
my ($path, $flags) = @ARGV;
sysopen my $directory, $path, 0 or die "open $path: $!\n";
my $argument = pack 'L', $flags;
ioctl $directory, 0x8004587d, $argument or die "shut down $path: $!\n";
