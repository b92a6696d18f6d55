/* What happens before main on a Cortex-M4F: the FPU is switched on, initialised variables are copied from flash,
 * the others cleared, and semihosting is opened, by which printf and files reach the machine that debugs. */
#include <stdint.h>
#include <stdlib.h>

/* Of the linker script. */
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

/* Nothing here should fault: the program ends, with a status that says so. */
static void fault(void)
{
    _Exit(70);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (const void *)reset, (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault,
};
