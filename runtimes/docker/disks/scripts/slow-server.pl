#!/usr/bin/env perl
# slow-server.pl FILE ORDERS COUNT, with /dev/fuse as its standard input
# A file system of one file, in FUSE's own protocol (Linux, include/uapi/linux/fuse.h, version 7.31): what is read and
# written goes to FILE. A sync is answered as many milliseconds late as the file ORDERS says when it comes, which holds
# up nothing else, and is counted in the file COUNT. /proc/uptime has hundredths of a second, hence one more.
use strict;
use IO::Handle;
my ($path, $orders, $count) = @ARGV;
my $fuse = *STDIN;
open $fuse, '+<&=', 0 or die "$!\n";
open my $disk, '+<:raw', $path or die "$path: $!\n";
my ($held, @late) = (0);

sub line { open my $file, '<', $_[0] or return 0; (split ' ', <$file>)[0] }

sub answer {
  my ($id, $error, $body) = @_;
  syswrite $fuse, pack('L l Q', 16 + length $body, $error, $id) . $body;
}

sub attributes {
  my @s = stat $disk;
  pack 'Q L L Q6 L10', 3600, 0, 0, 1, $s[7], $s[12], @s[8, 9, 10], 0, 0, 0, 0100600, 1, 0, 0, 0, 4096, 0;
}

my %answers = (
  3 => \&attributes, # GETATTR
  4 => \&attributes, # SETATTR
  14 => sub { pack 'Q L L', 1, 2, 0 }, # OPEN, which keeps what is cached
  15 => sub { # READ
    my (undef, $at, $size) = unpack 'Q Q L', $_[0];
    sysseek $disk, $at, 0;
    sysread $disk, my $bytes, $size;
    $bytes;
  },
  16 => sub { # WRITE
    my (undef, $at, $size) = unpack 'Q Q L', $_[0];
    sysseek $disk, $at, 0;
    pack 'L L', syswrite($disk, $_[0], $size, 40) // 0, 0;
  },
  17 => sub { pack 'Q5 L10', 0, 0, 0, 0, 0, 4096, 255, 4096, (0) x 7 }, # STATFS
  18 => sub { '' }, # RELEASE
  20 => sub { $disk->sync; '' }, # FSYNC
  25 => sub { '' }, # FLUSH
  26 => sub { # INIT
    pack 'L4 S2 L2 S2 L8', 7, 31, 131072, 1 << 0 | 1 << 5 | 1 << 22, 64, 48, 131072, 1, 32, (0) x 9;
  },
);

for (;;) {
  my $wait = @late ? $late[0][0] - line('/proc/uptime') : undef;
  vec(my $ready = '', 0, 1) = 1;
  my $found = select $ready, undef, undef, defined $wait && $wait < 0 ? 0 : $wait;
  answer((shift @late)->[1], 0, '') while @late and $late[0][0] <= line('/proc/uptime');
  next unless $found > 0;
  sysread $fuse, my $request, 1 << 20 or exit;
  my (undef, $kind, $id) = unpack 'L L Q', $request;
  next if $kind == 2 or $kind == 36 or $kind == 42; # FORGET, INTERRUPT, BATCH_FORGET want no answer
  if (not $answers{$kind}) { answer($id, -38, ''); next } # ENOSYS
  my $body = $answers{$kind}->(substr $request, 40);
  my $delay = $kind == 20 ? line($orders) / 1000 : 0;
  if ($delay == 0) { answer($id, 0, $body); next }
  @late = sort { $a->[0] <=> $b->[0] } @late, [line('/proc/uptime') + $delay + 0.01, $id];
  open my $file, '>', $count;
  print $file ++$held, "\n";
}
