// A plug-in of QEMU's user mode (7.2: version 1 of its interface) for benches/emulated.py. At the end of the program it
// prints how many instructions ran, then a line for each block of them: how often it ran, its address, and the bytes of its
// instructions in hexadecimal, one word each. Blocks that ran less than a hundred-thousandth of all instructions are left out.
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What is used of qemu-plugin.h, which Debian does not ship.
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t qemu_plugin_id_t;
enum { QEMU_PLUGIN_INLINE_ADD_U64 };
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int, void *, uint64_t);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

struct block {
    struct block *next;
    uint64_t address, runs, instructions;
    char *code;
};

static struct block *blocks[65536];

static struct block *block_of(struct qemu_plugin_tb *tb) {
    uint64_t address = qemu_plugin_tb_vaddr(tb), instructions = qemu_plugin_tb_n_insns(tb);
    struct block **list = &blocks[(address >> 1) % 65536];
    for (struct block *block = *list; block != NULL; block = block->next)
        if (block->address == address && block->instructions == instructions) return block;
    struct block *block = calloc(1, sizeof *block);
    *block = (struct block){.next = *list, .address = address, .instructions = instructions};
    *list = block;
    block->code = calloc(instructions, 2 * 15 + 1);
    char *to = block->code;
    for (size_t i = 0; i < instructions; i++) {
        const struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(tb, i);
        const uint8_t *bytes = qemu_plugin_insn_data(instruction);
        for (size_t k = 0; k < qemu_plugin_insn_size(instruction); k++) to += sprintf(to, "%02x", bytes[k]);
        *to++ = i + 1 < instructions ? ' ' : '\0';
    }
    return block;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &block_of(tb)->runs, 1);
}

static void ended(qemu_plugin_id_t id, void *data) {
    (void)id;
    (void)data;
    uint64_t total = 0;
    for (size_t i = 0; i < 65536; i++)
        for (const struct block *block = blocks[i]; block != NULL; block = block->next)
            total += block->runs * block->instructions;
    fprintf(stderr, "instructions %" PRIu64 "\n", total);
    for (size_t i = 0; i < 65536; i++)
        for (const struct block *block = blocks[i]; block != NULL; block = block->next)
            if (block->runs * block->instructions > total / 100000)
                fprintf(stderr, "%" PRIu64 " %" PRIx64 " %s\n", block->runs, block->address, block->code);
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
                                                               char **argv) {
    (void)info;
    (void)argc;
    (void)argv;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
