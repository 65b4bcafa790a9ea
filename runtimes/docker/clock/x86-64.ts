/**
 * What stands over a process's `__vdso_clock_gettime` once its clock can be skewed, for x86-64: the bytes, the
 * instructions in GNU as's Intel syntax, and why. The test assembles the right column and finds the left one.
 * Behind the code, aligned to eight bytes, come `blocks` (128 bytes) and `active` (one byte): see `blocks.ts`; then,
 * aligned again, `clockwait`: where the process has its pthread_cond_clockwait.
 */
export const x86Listing = `
; int clock_gettime(clockid_t edi, struct timespec *rsi)
                  clock_gettime:
f30f1efa             endbr64
b8e4000000           mov eax, 228                       ; what the time really is
0f05                 syscall
85c0                 test eax, eax
7523                 jnz 1f                             ; an error is passed on
83ff06               cmp edi, 6
771e                 ja 1f                              ; CPU times and others stay as they are
b963000000           mov ecx, 0x63                      ; 0, 5: the wall clock; 1, 6: the monotonic
0fa3f9               bt ecx, edi
7314                 jnc 1f
b942000000           mov ecx, 0x42
0fa3f9               bt ecx, edi
19d2                 sbb edx, edx
83e220               and edx, 32                        ; where its half of a block begins
e864000000           call shift
31c0                 xor eax, eax
c3                1: ret
; int gettimeofday(struct timeval *rdi, struct timezone *rsi)
                  gettimeofday:
57                   push rdi
4885f6               test rsi, rsi
7409                 jz 1f
31ff                 xor edi, edi
b860000000           mov eax, 96                        ; the time zone alone
0f05                 syscall
4883ec10          1: sub rsp, 16
e839000000           call wall
4883c410             add rsp, 16
5f                   pop rdi
4885ff               test rdi, rdi
7414                 jz 1f
488907               mov [rdi], rax
4889d0               mov rax, rdx
31d2                 xor edx, edx
b9e8030000           mov ecx, 1000
48f7f1               div rcx
48894708             mov [rdi+8], rax
31c0              1: xor eax, eax
c3                   ret
; time_t time(time_t *rdi)
                  time:
57                   push rdi
4883ec10             sub rsp, 16
e80e000000           call wall
4883c410             add rsp, 16
5f                   pop rdi
4885ff               test rdi, rdi
7403                 jz 1f
488907               mov [rdi], rax
c3                1: ret
; the wall clock into the 16 bytes above the return address
                  wall:
31ff                 xor edi, edi
488d742408           lea rsi, [rsp+8]
b8e4000000           mov eax, 228
0f05                 syscall
31d2                 xor edx, edx
; rsi: a timespec, shifted in place; edx: 0 or 32; gives rax seconds, rdx nanoseconds
                  shift:
48690600ca9a3b       imul rax, [rsi], 1000000000
48034608             add rax, [rsi+8]
0fb60d7a010000       movzx ecx, byte ptr [rip+active]
4c8d05f3000000       lea r8, [rip+blocks]
4901c8               add r8, rcx
4901d0               add r8, rdx
4d8b4818             mov r9, [r8+24]                    ; strobing: not while one of these bits is 0
4989c2               mov r10, rax
4d21ca               and r10, r9
4d39ca               cmp r10, r9
751f                 jne 1f
4989c2               mov r10, rax
492b4008             sub rax, [r8+8]                    ; since the drift began
49f76810             imul qword ptr [r8+16]             ; times the rate, in 2^-32
480facd020           shrd rax, rdx, 32
4c01d0               add rax, r10
490300               add rax, [r8]                      ; and the offset
31c9                 xor ecx, ecx
4885c0               test rax, rax
480f48c1             cmovs rax, rcx                     ; never before 1970
31d2              1: xor edx, edx
b900ca9a3b           mov ecx, 1000000000
48f7f1               div rcx
488906               mov [rsi], rax
48895608             mov [rsi+8], rdx
c3                   ret
; int pthread_cond_timedwait(pthread_cond_t *rdi, pthread_mutex_t *rsi, const struct timespec *rdx): the kernel waits by
; the true clock, so for as long as the other one has to go
                  timedwait:
4883ec38             sub rsp, 56
4889d1               mov rcx, rdx
31d2                 xor edx, edx                        ; 0: until a time of the wall clock, which stays as it is
48813900ca9a3b       cmp qword ptr [rcx], 1000000000     ; a monotonic clock does not go so far
0f8d87000000         jge 1f
48897c2420           mov [rsp+32], rdi
4889742428           mov [rsp+40], rsi
48690100ca9a3b       imul rax, [rcx], 1000000000         ; the time that is waited for,
48034108             add rax, [rcx+8]
4889442418           mov [rsp+24], rax
bf01000000           mov edi, 1
4889e6               mov rsi, rsp
b8e4000000           mov eax, 228                        ; plus what the time really is,
0f05                 syscall
4869042400ca9a3b     imul rax, [rsp], 1000000000
4803442408           add rax, [rsp+8]
4801442418           add [rsp+24], rax
ba20000000           mov edx, 32                         ; minus what the process takes it for
e846ffffff           call shift
4869c000ca9a3b       imul rax, rax, 1000000000
4801d0               add rax, rdx
4829442418           sub [rsp+24], rax
488b442418           mov rax, [rsp+24]
31c9                 xor ecx, ecx
4885c0               test rax, rax
480f48c1             cmovs rax, rcx
31d2                 xor edx, edx
b900ca9a3b           mov ecx, 1000000000
48f7f1               div rcx
48890424             mov [rsp], rax
4889542408           mov [rsp+8], rdx
488b7c2420           mov rdi, [rsp+32]
488b742428           mov rsi, [rsp+40]
ba01000000           mov edx, 1
4889e1               mov rcx, rsp
ff1592000000      1: call qword ptr [rip+clockwait]
4883c438             add rsp, 56
c3                   ret
`;
