/* Startup of a Cortex-M4F: enables the FPU, copies initialised variables from flash, clears the others, and opens
 * semihosting, which connects printf and files to the host. */
#include <stdint.h>
#include <stdlib.h>

/* From the linker script. */
extern uint32_t stack_top[], data_start[], data_end[], data_source[], bss_start[], bss_end[];

extern void initialise_monitor_handles(void);
extern int main(int argc, char **argv);

/* The coprocessor access control register. */
#define CPACR (*(volatile uint32_t *)0xe000ed88u)

__attribute__((noreturn)) void reset(void)
{
    CPACR |= 0xfu << 20;
    __asm__ volatile("dsb\n isb");
    const uint32_t *from = data_source;
    for (uint32_t *to = data_start; to < data_end; to++)
        *to = *from++;
    for (uint32_t *to = bss_start; to < bss_end; to++)
        *to = 0;
    initialise_monitor_handles();
    exit(main(0, NULL));
}

/* Any fault ends the program with this status. */
static void fault(void)
{
    _Exit(70);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (const void *)reset, (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault,
};
