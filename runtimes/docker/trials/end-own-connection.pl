#!/usr/bin/env perl
# A connection to itself, which must be gone afterwards.
use strict;
use IO::Socket::INET;
my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die;
my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server->sockport) or die;
my $ended = qx(ss -KHtn state connected dst 127.0.0.1 2>/dev/null);
die "the kernel ended no connection\n" unless $ended;
