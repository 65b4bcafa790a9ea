#!/usr/bin/env perl
# The program that the helper runs to put clock routines into processes (perl: it is in every Debian image).
#
#     now                                          the wall and the monotonic clock of the host, nanoseconds
#     set LEADER PREFIX CODE LABELS BLOCK [waits]  every process in LEADER's pid namespace: CODE over its vDSO's
#                                                  clock_gettime, jumps to LABELS ("name=offset,...") over the
#                                                  others, and BLOCK in force; CODE and BLOCK in hexadecimal.
#                                                  A line for each: its pid, "installed" or "set", and for how
#                                                  many microseconds it was stopped
#     trial PREFIX CODE LABELS BLOCK               the same on a child of its own; what that then reads
#
# Where LABELS have "timedwait", a jump to it is put over pthread_cond_timedwait: the kernel takes a time of the skewed
# monotonic clock for one of its own. With "waits", the block is one that this matters for: a JVM where it cannot be
# done is refused, since it would wait too long or too short and so look as no machine could make it. (Who waits for
# so long, and not until then, needs no help: Go, poll and the like.)
#
# Code is changed only while a process stands still: it is stopped, and goes on where one of its threads is
# found inside of its vDSO, to be stopped again a moment later. Data needs no stop: the block that is not in
# force is written, then the one byte that says which is.
use strict; use warnings; no warnings 'portable';
my $arm = (qx(uname -m) =~ /aarch64|arm64/);

sub clock { my $t = "\0" x 16; syscall($arm ? 113 : 228, $_[0], $t); my ($s, $n) = unpack 'q<2', $t; $s * 1000000000 + $n }
sub nap { select undef, undef, undef, $_[0] }
sub slurp { open my $f, '<', $_[0] or return; binmode $f; local $/; my $x = <$f>; $x }

sub peek { my ($mem, $at, $length) = @_; sysseek($mem, $at, 0); my $x = ''; (sysread($mem, $x, $length) // 0) == $length or die "read of memory: $!\n"; $x }
sub poke { my ($mem, $at, $x) = @_; sysseek($mem, $at, 0); (syswrite($mem, $x) // 0) == length $x or die "write to memory: $!\n" }

# Addresses by name out of an ELF image's dynamic symbols: [value, size].
sub symbols {
  my ($image) = @_; my %found;
  my $at = unpack 'q<', substr $image, 0x28, 8;
  my ($size, $count) = unpack 'S<2', substr $image, 0x3a, 4;
  my $section = sub { my $s = substr $image, $at + $size * $_[0], $size; (unpack('L<', substr $s, 4, 4), unpack('q<2', substr $s, 0x18, 16), unpack('L<', substr $s, 0x28, 4)) };
  for my $i (0 .. $count - 1) {
    my ($type, $offset, $length, $link) = $section->($i);
    next unless $type == 11;
    my (undef, $strings) = $section->($link);
    for (my $s = $offset; $s < $offset + $length; $s += 24) {
      my ($name, undef, undef, undef, $value, $bytes) = unpack 'L<CCS<q<q<', substr $image, $s, 24;
      my $called = unpack 'Z*', substr $image, $strings + $name;
      # Of several versions the longest is the one in use: others only call it.
      $found{$called} = [$value, $bytes] unless $found{$called} && $found{$called}[1] > $bytes;
    }
  }
  %found;
}

# A landing pad for indirect calls, and a jump.
sub jump {
  my ($from, $to) = @_;
  $arm ? pack('L<2', 0xd503245f, 0x14000000 | (($to - $from - 4) >> 2 & 0x3ffffff))
       : "\xf3\x0f\x1e\xfa\xe9" . pack('l<', $to - $from - 9);
}

# Where a process waits until a time, and where it waits by a clock of its choice: in the library that has both.
sub waits {
  my ($pid) = @_; my %base;
  for (split /\n/, slurp("/proc/$pid/maps") // '') {
    next unless m{^([0-9a-f]+)-\S+ \S+ ([0-9a-f]+) \S+ \d+ +(/\S*/lib(?:c|pthread)[-.]\S*)$};
    $base{$3} //= hex($1) - hex $2;
  }
  for my $path (keys %base) {
    my %symbol = symbols(slurp("/proc/$pid/root$path") // next);
    my @found = grep { $_ && $_->[1] } @symbol{'pthread_cond_timedwait', 'pthread_cond_clockwait'};
    return map { $base{$path} + $_->[0] } @found if @found == 2;
  }
  ();
}

# Stops a process where no thread is in one of these [from, to); answers when it was stopped.
sub halt {
  my ($pid, @ranges) = @_;
  for (1 .. 200) {
    my $since = clock(1);
    kill 'STOP', $pid or die "stop: $!\n";
    my $inside;
    for my $task (glob "/proc/$pid/task/*") {
      my $line;
      for (1 .. 2000) { $line = slurp("$task/syscall") // ''; last unless $line =~ /^running/; nap(0.0005) }
      next unless $line =~ /0x([0-9a-f]+)\s*$/;
      my $counter = hex $1;
      $inside = 1 if $line =~ /^running/ || grep { $counter >= $_->[0] && $counter < $_->[1] } @ranges;
    }
    return $since unless $inside;
    kill 'CONT', $pid; nap(0.001);
  }
  die "a thread is always inside of the vDSO\n";
}

sub skew {
  my ($pid, $prefix, $code, $labels, $block, $waits) = @_;
  my $maps = slurp("/proc/$pid/maps") // '';
  my ($from, $to) = map { hex } $maps =~ /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m or return;
  open my $mem, '+<', "/proc/$pid/mem" or die "open its memory: $!\n"; binmode $mem;
  my $data = length $code;
  my $image = peek($mem, $from, $to - $from);
  my %symbol = symbols($image);
  my $main = $symbol{$prefix . 'clock_gettime'} or die "its vDSO has no clock_gettime\n";
  my ($at, $room) = @$main;
  die "$room bytes of clock_gettime are too few\n" if $room < $data + 144;
  my $isInstalled = substr($image, $at, $data) eq $code;
  my ($entry) = $labels =~ /\btimedwait=(\d+)/;
  my ($timed, $clocked) = $entry && !$isInstalled ? waits($pid) : ();
  $clocked = unpack 'Q<', substr $image, $at + $data + 136, 8 if $isInstalled;
  die "the waits of a JVM cannot be brought along with its monotonic clock here; leave out clock-rate, or run it on x86-64 with glibc 2.30 or later\n"
    if $waits && !$clocked && $maps =~ /libjvm\.so/;
  if ($isInstalled) {
    my $spare = 64 - ord substr $image, $at + $data + 128, 1;
    poke($mem, $from + $at + $data + $spare, $block);
    poke($mem, $from + $at + $data + 128, chr $spare);
    return "set 0";
  }
  my $leap = "\x48\xb8" . pack('Q<', $from + $at + ($entry // 0)) . "\xff\xe0";
  my $since = halt($pid, [$from, $to], $timed ? [$timed, $timed + length $leap] : ());
  my $done = eval {
    poke($mem, $from + $at, $code . $block . "\0" x 72 . pack 'Q<', $clocked // 0);
    poke($mem, $timed, $leap) if $timed;
    for (split /,/, $labels) {
      my ($name, $offset) = split /=/; my $entry = $symbol{$prefix . $name} or next;
      poke($mem, $from + $entry->[0], jump($entry->[0], $at + $offset));
    }
    1;
  };
  my $why = $@;
  kill 'CONT', $pid;
  die $why unless $done;
  "installed " . int((clock(1) - $since) / 1000);
}

my $command = shift @ARGV;
if ($command eq 'now') { print clock(0), ' ', clock(1), "\n" }
elsif ($command eq 'set') {
  my ($leader, $prefix, $code, $labels, $block, $waits) = @ARGV;
  my $space = readlink "/proc/$leader/ns/pid" or die "process $leader is gone\n";
  for my $pid (map { m{/proc/(\d+)$} } glob '/proc/[0-9]*') {
    next unless (readlink "/proc/$pid/ns/pid" // '') eq $space;
    my $done = eval { skew($pid, $prefix, pack('H*', $code), $labels, pack('H*', $block), $waits) };
    # One that has ended in the meantime needs no other clock.
    die "process $pid: $@" if $@ && -d "/proc/$pid/task" && (slurp("/proc/$pid/stat") // '') !~ /\) Z/;
    print "$pid $done\n" if $done;
  }
}
elsif ($command eq 'trial') {
  my ($prefix, $code, $labels, $block) = @ARGV;
  pipe my $asked, my $ask; pipe my $answered, my $answer;
  my $child = fork;
  if (!$child) { close $ask; sysread $asked, my $x, 1; syswrite $answer, clock_by_vdso(); exit }
  my $done = eval { skew($child, $prefix, pack('H*', $code), $labels, pack('H*', $block)) };
  my $why = $@; syswrite $ask, 'x'; sysread $answered, my $read, 20; waitpid $child, 0;
  die $why unless $done;
  print $read - clock_by_vdso() > 1800 ? "works\n" : "the child reads the true time\n";
  exit($read - clock_by_vdso() > 1800 ? 0 : 1);
}
sub clock_by_vdso { time }
