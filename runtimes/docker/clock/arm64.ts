/** As `x86-64.ts`, for arm64: over `__kernel_clock_gettime`. There is no vDSO function for `time` there. */
export const arm64Listing = `
; int clock_gettime(clockid_t w0, struct timespec *x1)
                  clock_gettime:
5f2403d5             hint #34                           ; bti c: a place to jump to
e903002a             mov w9, w0
280e8052             mov w8, #113                       ; what the time really is
010000d4             svc #0
a0010035             cbnz w0, 1f                        ; an error is passed on
3f190071             cmp w9, #6
68010054             b.hi 1f                            ; CPU times and others stay as they are
6a0c8052             mov w10, #0x63                     ; 0, 5: the wall clock; 1, 6: the monotonic
4a25c91a             lsr w10, w10, w9
0a010036             tbz w10, #0, 1f
4a088052             mov w10, #0x42
4a25c91a             lsr w10, w10, w9
49017bd3             ubfiz x9, x10, #5, #1              ; where its half of a block begins: 0 or 32
ef031eaa             mov x15, x30
19000094             bl shift
00008052             mov w0, #0
e0015fd6             ret x15
c0035fd6          1: ret
; int gettimeofday(struct timeval *x0, struct timezone *x1)
                  gettimeofday:
e50300aa             mov x5, x0
810000b4             cbz x1, 1f
000080d2             mov x0, #0
28158052             mov w8, #169                       ; the time zone alone
010000d4             svc #0
c50100b4          1: cbz x5, 2f
ff4300d1             sub sp, sp, #16
e1030091             mov x1, sp
00008052             mov w0, #0
280e8052             mov w8, #113
010000d4             svc #0
090080d2             mov x9, #0
ef031eaa             mov x15, x30
08000094             bl shift
fe030faa             mov x30, x15
ff430091             add sp, sp, #16
0c7d8052             mov w12, #1000
ce09cc9a             udiv x14, x14, x12
ad3800a9             stp x13, x14, [x5]
00008052          2: mov w0, #0
c0035fd6             ret
; x1: a timespec, shifted in place; x9: 0 or 32; gives x13 seconds, x14 nanoseconds
                  shift:
2a2c40a9             ldp x10, x11, [x1]
0c409952             movz w12, #0xca00
4c73a772             movk w12, #0x3b9a, lsl #16         ; 1000000000
4a2d0c9b             madd x10, x10, x12, x11
ab060010             adr x11, active
6d014039             ldrb w13, [x11]
6b020010             adr x11, blocks
6b010d8b             add x11, x11, x13
6b01098b             add x11, x11, x9
6d3940a9             ldp x13, x14, [x11]                ; offset, base
704541a9             ldp x16, x17, [x11, #16]           ; rate, mask
3f022aea             bics xzr, x17, x10                 ; strobing: not while one of these bits is 0
01010054             b.ne 1f
4e010ecb             sub x14, x10, x14                  ; since the drift began
c97d109b             mul x9, x14, x16
ce7d509b             smulh x14, x14, x16                ; times the rate, in 2^-32
c981c993             extr x9, x14, x9, #32
4a01098b             add x10, x10, x9
4a010dab             adds x10, x10, x13                 ; and the offset
ea438a9a             csel x10, xzr, x10, mi             ; never before 1970
4d09cc9a          1: udiv x13, x10, x12
aea90c9b             msub x14, x13, x12, x10
2d3800a9             stp x13, x14, [x1]
c0035fd6             ret
`;
