/* NVML of a machine with two GPUs: what it must know to list them and to read the memory of one. */
#include <stdio.h>
#include <string.h>

enum { SUCCESS = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6 };
typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { const char *uuid, *name; Memory memory; } Gpu;

static Gpu gpus[] = {
    {"GPU-aaaa-1111", "First card", {80ULL << 30, 79ULL << 30, 1ULL << 30}},
    {"GPU-bbbb-2222", "Second card", {24ULL << 30, 22ULL << 30, 2ULL << 30}},
};

static int text(char *out, unsigned size, const char *value) {
    snprintf(out, size, "%s", value);
    return SUCCESS;
}

int nvmlInitWithFlags(unsigned flags) { return SUCCESS; }
int nvmlSystemGetDriverVersion(char *out, unsigned size) { return text(out, size, "580.65.06"); }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return SUCCESS; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, Gpu **gpu) { *gpu = gpus + index; return SUCCESS; }
int nvmlDeviceGetUUID(Gpu *gpu, char *out, unsigned size) { return text(out, size, gpu->uuid); }
int nvmlDeviceGetName(Gpu *gpu, char *out, unsigned size) { return text(out, size, gpu->name); }
int nvmlDeviceGetCudaComputeCapability(Gpu *gpu, int *major, int *minor) { *major = 9; *minor = 0; return SUCCESS; }
int nvmlDeviceGetMemoryInfo(Gpu *gpu, Memory *memory) { *memory = gpu->memory; return SUCCESS; }
int nvmlDeviceGetMigMode(Gpu *gpu, unsigned *now, unsigned *later) { return NOT_SUPPORTED; }

int nvmlDeviceGetHandleByUUID(const char *uuid, Gpu **gpu) {
    for (*gpu = gpus; *gpu < gpus + 2; ++*gpu)
        if (!strcmp((*gpu)->uuid, uuid)) return SUCCESS;
    return NOT_FOUND;
}
