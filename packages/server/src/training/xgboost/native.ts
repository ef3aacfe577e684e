import koffi, { type LibraryHandle } from 'koffi'
import { XgboostError } from './errors.ts'
import { installHint, LIBRARY_VARIABLE, libraryCandidates } from './library.ts'

/** An address inside libxgboost; only passed back to it. */
export type Handle = bigint

/** Where the C API writes one result. */
export type Out<T> = [T | null]

/** The functions of XGBoost's C API that are used. Each but the first two answers 0 for success. */
export interface NativeXgboost {
  XGBoostVersion(major: Out<number>, minor: Out<number>, patch: Out<number>): void
  XGBGetLastError(): string
  XGDMatrixCreateFromMat_omp(
    data: Float32Array,
    rows: number,
    columns: number,
    missing: number,
    out: Out<Handle>,
    threads: number,
  ): number
  XGDMatrixSetFloatInfo(matrix: Handle, field: string, data: Float32Array, length: number): number
  XGDMatrixSetStrFeatureInfo(matrix: Handle, field: string, names: readonly string[], length: number): number
  XGDMatrixFree(matrix: Handle): number
  XGBoosterCreate(matrices: readonly Handle[], length: number, out: Out<Handle>): number
  XGBoosterFree(booster: Handle): number
  XGBoosterSetParam(booster: Handle, name: string, value: string): number
  XGBoosterSetStrFeatureInfo(booster: Handle, field: string, names: readonly string[], length: number): number
  XGBoosterGetStrFeatureInfo(booster: Handle, field: string, length: Out<number>, out: Out<Handle>): number
  XGBoosterGetNumFeature(booster: Handle, out: Out<number>): number
  XGBoosterBoostedRounds(booster: Handle, out: Out<number>): number
  XGBoosterUpdateOneIter(booster: Handle, iteration: number, matrix: Handle): number
  XGBoosterEvalOneIter(
    booster: Handle,
    iteration: number,
    matrices: readonly Handle[],
    names: readonly string[],
    length: number,
    out: Out<string>,
  ): number
  XGBoosterSlice(booster: Handle, begin: number, end: number, step: number, out: Out<Handle>): number
  XGBoosterPredictFromDMatrix(
    booster: Handle,
    matrix: Handle,
    configJson: string,
    shape: Out<Handle>,
    dimensions: Out<number>,
    result: Out<Handle>,
  ): number
  XGBoosterSaveModelToBuffer(
    booster: Handle,
    configJson: string,
    length: Out<number>,
    out: Out<Handle>,
  ): number
  XGBoosterLoadModelFromBuffer(booster: Handle, data: Uint8Array, length: number): number
}

const DECLARATIONS = [
  'void XGBoostVersion(_Out_ int *major, _Out_ int *minor, _Out_ int *patch)',
  'const char *XGBGetLastError()',
  'int XGDMatrixCreateFromMat_omp(const float *data, uint64_t rows, uint64_t columns, float missing, _Out_ void **out, int threads)',
  'int XGDMatrixSetFloatInfo(void *matrix, const char *field, const float *data, uint64_t length)',
  'int XGDMatrixSetStrFeatureInfo(void *matrix, const char *field, const char **names, uint64_t length)',
  'int XGDMatrixFree(void *matrix)',
  'int XGBoosterCreate(void **matrices, uint64_t length, _Out_ void **out)',
  'int XGBoosterFree(void *booster)',
  'int XGBoosterSetParam(void *booster, const char *name, const char *value)',
  'int XGBoosterSetStrFeatureInfo(void *booster, const char *field, const char **names, uint64_t length)',
  'int XGBoosterGetStrFeatureInfo(void *booster, const char *field, _Out_ uint64_t *length, _Out_ void **out)',
  'int XGBoosterGetNumFeature(void *booster, _Out_ uint64_t *out)',
  'int XGBoosterBoostedRounds(void *booster, _Out_ int *out)',
  'int XGBoosterUpdateOneIter(void *booster, int iteration, void *matrix)',
  'int XGBoosterEvalOneIter(void *booster, int iteration, void **matrices, const char **names, uint64_t length, _Out_ const char **out)',
  'int XGBoosterSlice(void *booster, int begin, int end, int step, _Out_ void **out)',
  'int XGBoosterPredictFromDMatrix(void *booster, void *matrix, const char *config, _Out_ void **shape, _Out_ uint64_t *dimensions, _Out_ void **result)',
  'int XGBoosterSaveModelToBuffer(void *booster, const char *config, _Out_ uint64_t *length, _Out_ void **out)',
  'int XGBoosterLoadModelFromBuffer(void *booster, const void *data, uint64_t length)',
] as const

/** The opened library. */
export interface NativeLibrary {
  readonly api: NativeXgboost
  readonly path: string
  /** For example `1.7.4`. */
  readonly version: string
}

/**
 * Opens libxgboost.
 *
 * @throws XgboostError `xgboost_missing` with an install hint, or `xgboost_too_old`
 */
export function openLibrary(): NativeLibrary {
  // libgomp spins its idle threads by default: 19.7 s instead of 3.4 s for 100 trees on a shared 2-core machine.
  // It reads this once, while it is loaded, so it must be set before; in a worker thread `process.env` is a copy
  // and the setting does not reach it.
  process.env['OMP_WAIT_POLICY'] ??= 'passive'
  const candidates = libraryCandidates(process)
  const faults: string[] = []
  for (const path of candidates) {
    try {
      return describe(bind(koffi.load(path)), path)
    } catch (fault) {
      if (fault instanceof XgboostError) throw fault
      faults.push(`${path}: ${fault instanceof Error ? fault.message : String(fault)}`)
    }
  }
  const what =
    faults.length === 0 ? 'libxgboost was not found.' : `libxgboost cannot be loaded (${faults.join('; ')}).`
  throw new XgboostError('xgboost_missing', `${what} ${installHint(process.platform)}`)
}

function bind(library: LibraryHandle): NativeXgboost {
  const functions = DECLARATIONS.map(declaration => {
    const call = library.func(declaration)
    return [call.info.name, call] as const
  })
  // koffi types every function as `any`: the interface above, written beside the declarations, is their type.
  return Object.fromEntries(functions) as unknown as NativeXgboost
}

function describe(api: NativeXgboost, path: string): NativeLibrary {
  const major: Out<number> = [null]
  const minor: Out<number> = [null]
  const patch: Out<number> = [null]
  api.XGBoostVersion(major, minor, patch)
  const version = `${major[0] ?? 0}.${minor[0] ?? 0}.${patch[0] ?? 0}`
  if ((major[0] ?? 0) * 100 + (minor[0] ?? 0) < 107)
    throw new XgboostError(
      'xgboost_too_old',
      `${path} is XGBoost ${version}; 1.7 or newer is needed. Point ${LIBRARY_VARIABLE} to a newer one.`,
    )
  return { api, path, version }
}

/**
 * Turns the C API's status into an exception.
 *
 * @throws XgboostError `xgboost_failed` with XGBoost's own words
 */
export function check(api: NativeXgboost, status: number): void {
  if (status === 0) return
  // The message carries a C++ stack trace below its first lines.
  const words = api.XGBGetLastError().split('Stack trace:')[0] ?? ''
  throw new XgboostError('xgboost_failed', `XGBoost: ${words.replace(/\s+/g, ' ').trim()}`)
}

/** The value the C API wrote; a null address after status 0 would be a fault of the library. */
export function written<T>(out: Out<T>): T {
  if (out[0] === null) throw new XgboostError('xgboost_failed', 'XGBoost answered success but no value.')
  return out[0]
}

/** A copy of `length` floats that libxgboost owns until its next call. */
export function copyFloats(address: Handle, length: number): Float32Array {
  return koffi.decode(address, 'float', length) as Float32Array
}

/** A copy of `length` unsigned 64-bit numbers, for array shapes. */
export function copyCounts(address: Handle, length: number): number[] {
  return Array.from(koffi.decode(address, 'uint64_t', length) as BigUint64Array, Number)
}

/** A copy of `length` bytes. */
export function copyBytes(address: Handle, length: number): Uint8Array {
  return koffi.decode(address, 'uint8_t', length) as Uint8Array
}

/** A copy of `length` C strings. */
export function copyStrings(address: Handle, length: number): string[] {
  return koffi.decode(address, 'char *', length) as string[]
}
