#!/usr/bin/env perl
# damage.pl flip-bit|truncate-tail DRAW KEPT FILE...
# Damages the one of the files that was written last, behind nothing but the zeros that are allocated in advance, and
# keeps a copy in the directory KEPT. Prints its name, its length, what of it was written, the offset, and the byte
# there before and now ("-" where it was cut off). DRAW, from 0 up to 1, says where.
use strict;
my ($kind, $draw, $kept, @names) = @ARGV;
for my $name (sort { (stat $b)[9] <=> (stat $a)[9] or $b cmp $a } grep { -f } @names) {
  open my $file, '+<:raw', $name or die "$name: $!\n";
  my ($size, $written) = ((-s $file) x 2);
  while ($written > 0) {
    my $from = $written > 65536 ? $written - 65536 : 0;
    sysseek $file, $from, 0;
    sysread $file, my $block, $written - $from;
    $written = $from;
    next unless $block =~ tr/\0//c;
    chop $block while substr($block, -1) eq "\0";
    $written += length $block;
    last;
  }
  next if $written == 0;
  system('cp', '-p', '--sparse=always', '--parents', '--', $name, $kept) == 0 or exit 1;
  my $offset = int($draw * $written);
  sysseek $file, $offset, 0;
  sysread $file, my $before, 1;
  my $after = '-';
  if ($kind eq 'flip-bit') {
    $after = ord($before) ^ (1 << int($draw * 8 * $written) % 8);
    sysseek $file, $offset, 0;
    syswrite $file, chr $after or die "$name: $!\n";
  } else {
    truncate $file, $offset or die "$name: $!\n";
  }
  print join("\t", $name, $size, $written, $offset, ord $before, $after), "\n";
  exit;
}
die "nothing is written in its log yet\n";
