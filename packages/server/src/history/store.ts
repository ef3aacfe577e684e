import {
  EVENT_WORDS,
  type EventKind,
  eventAmountMinor,
  eventAtMs,
  eventKind,
  PAYMENT,
  writeEvent,
} from './events.ts'
import { Slab } from './slab.ts'
import { HashTable } from './table.ts'
import { Tail } from './tail.ts'
import { u32 } from './typed.ts'

/** Events an entity keeps as they came; with more it also has a tail. */
export const MAX_EVENTS = 40
/** With 14 size classes, as many as the 7 bits of a slab's number tell apart. */
export const MAX_LINKS = 8

/** Sizes of a block in events, close together where nearly all entities are. */
const CAPACITIES = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, MAX_EVENTS] as const
const LAST_CLASS = CAPACITIES.length - 1
/** A reference is the number of the slab in the high 7 bits and the block in the others. */
const BLOCK_BITS = 25
const BLOCK_MASK = 2 ** BLOCK_BITS - 1

/** Where the events of one entity lie: `length` events of `stride` words from `first` on, in order of time. */
export interface EventList {
  words: Uint32Array
  first: number
  length: number
  stride: number
  tail: Tail | undefined
}

/** An event on its way into the store; `links` holds one fingerprint per linked kind, 0 for none. */
export interface NewEvent {
  readonly kind: EventKind
  readonly atMs: number
  readonly amountMinor: number
  readonly links: Uint32Array
}

/**
 * The state of every entity by the keyed hash of its key. An entity is one block of events in a slab of its
 * size class; the few with more than 40 events also have a tail.
 */
export class EntityStore {
  #table: HashTable
  /** `CAPACITIES.length` size classes for entities without links, then as many for one link, and so on. */
  readonly #slabs: readonly Slab[] = SHAPES.map(
    ({ sizeClass, stride }) => new Slab(headerWords(sizeClass) + (CAPACITIES[sizeClass] ?? 0) * stride),
  )
  /** Place 0 stays empty, since 0 in a block says that it has no tail. */
  readonly #tails: Array<Tail | undefined> = [undefined]
  readonly #freeTails: number[] = []
  readonly #list = newEventList()

  constructor(expectedSize = 0) {
    this.#table = new HashTable(expectedSize)
  }

  get size(): number {
    return this.#table.size
  }

  get bytes(): number {
    let bytes = this.#table.bytes
    for (const slab of this.#slabs) bytes += slab.bytes
    for (const tail of this.#tails) bytes += tail?.bytes ?? 0
    return bytes
  }

  /** Points the list at an entity's events. @returns false when the entity is not known */
  read(low: number, high: number, list: EventList): boolean {
    const reference = this.#table.get(low, high)
    if (reference !== 0) this.#open(reference, list)
    return reference !== 0
  }

  add(low: number, high: number, event: NewEvent): void {
    const list = this.#list
    const known = this.#table.get(low, high)
    let reference = known === 0 ? this.#allocate(0, event.links.length) : known
    if (known === 0) this.#table.set(low, high, reference)
    this.#open(reference, list)

    const { sizeClass } = shapeOf(reference >>> BLOCK_BITS)
    if (list.length === CAPACITIES[sizeClass]) {
      if (sizeClass < LAST_CLASS) {
        reference = this.#copy(list, sizeClass + 1, this.#allocate(sizeClass + 1, event.links.length))
        this.#release(this.#table.get(low, high))
        this.#table.set(low, high, reference)
        this.#open(reference, list)
      } else if (list.tail === undefined) {
        list.tail = startTail(list)
        list.words[list.first - 1] = this.#addTail(list.tail)
      }
    }
    if (list.tail !== undefined) {
      if (event.kind === PAYMENT) seeLinks(list.tail, event.links, 0, event.links.length, event.atMs)
      if (event.atMs < eventAtMs(list.words, list.first)) {
        list.tail.fold(event.kind, event.atMs, event.amountMinor)
        return
      }
      foldFirst(list, list.tail)
    }
    insert(list, event)
    list.words[list.first - headerWords(shapeOf(reference >>> BLOCK_BITS).sizeClass)] = list.length
  }

  /** Removes entities whose last event of any kind is older. @returns how many */
  evict(beforeMs: number): number {
    const kept: number[] = []
    const before = this.size
    const list = this.#list
    this.#table.forEach((low, high, reference) => {
      this.#open(reference, list)
      if (eventAtMs(list.words, list.first + (list.length - 1) * list.stride) >= beforeMs) {
        kept.push(low, high, reference)
      } else {
        this.#release(reference)
      }
    })
    // Linear probing leaves no holes behind, so a table that lost entries is made anew.
    const table = new HashTable(kept.length / 3)
    for (let i = 0; i < kept.length; i += 3) table.set(kept[i] ?? 0, kept[i + 1] ?? 0, kept[i + 2] ?? 0)
    this.#table = table
    return before - this.size
  }

  /** Visits every entity; the list is the same object each time. */
  forEach(visit: (low: number, high: number, list: EventList) => void): void {
    const list = newEventList()
    this.#table.forEach((low, high, reference) => {
      this.#open(reference, list)
      visit(low, high, list)
    })
  }

  /** Puts back an entity as `forEach` showed it. */
  restore(low: number, high: number, list: EventList): void {
    const sizeClass = CAPACITIES.findIndex(capacity => capacity >= list.length)
    const reference = this.#copy(list, sizeClass, this.#allocate(sizeClass, list.stride - EVENT_WORDS))
    this.#table.set(low, high, reference)
  }

  #slab(reference: number): Slab {
    const slab = this.#slabs[reference >>> BLOCK_BITS]
    if (slab === undefined) throw new RangeError(`no slab ${reference >>> BLOCK_BITS}`)
    return slab
  }

  #open(reference: number, list: EventList): void {
    const slab = this.#slab(reference)
    const { sizeClass, stride } = shapeOf(reference >>> BLOCK_BITS)
    const header = slab.offset(reference & BLOCK_MASK)
    list.words = slab.chunk(reference & BLOCK_MASK)
    list.first = header + headerWords(sizeClass)
    list.length = u32(list.words, header)
    list.stride = stride
    list.tail = sizeClass === LAST_CLASS ? this.#tails[u32(list.words, header + 1)] : undefined
  }

  /** @returns the reference of a new, empty block */
  #allocate(sizeClass: number, linkCount: number): number {
    const number = linkCount * CAPACITIES.length + sizeClass
    const slab = this.#slab(number * 2 ** BLOCK_BITS)
    const block = slab.allocate()
    slab.chunk(block).fill(0, slab.offset(block), slab.offset(block) + headerWords(sizeClass))
    return number * 2 ** BLOCK_BITS + block
  }

  /** Copies a list into a block, and returns the block's reference. */
  #copy(list: EventList, sizeClass: number, reference: number): number {
    const slab = this.#slab(reference)
    const words = slab.chunk(reference & BLOCK_MASK)
    const header = slab.offset(reference & BLOCK_MASK)
    words[header] = list.length
    if (list.tail !== undefined) words[header + 1] = this.#addTail(list.tail)
    words.set(
      list.words.subarray(list.first, list.first + list.length * list.stride),
      header + headerWords(sizeClass),
    )
    return reference
  }

  #addTail(tail: Tail): number {
    const place = this.#freeTails.pop() ?? this.#tails.length
    this.#tails[place] = tail
    return place
  }

  #release(reference: number): void {
    const slab = this.#slab(reference)
    const block = reference & BLOCK_MASK
    if (shapeOf(reference >>> BLOCK_BITS).sizeClass === LAST_CLASS) {
      const place = u32(slab.chunk(block), slab.offset(block) + 1)
      if (place !== 0) {
        this.#tails[place] = undefined
        this.#freeTails.push(place)
      }
    }
    slab.release(block)
  }
}

export function newEventList(): EventList {
  return { words: new Uint32Array(0), first: 0, length: 0, stride: 0, tail: undefined }
}

const SHAPES = Array.from({ length: (MAX_LINKS + 1) * CAPACITIES.length }, (_, number) => ({
  sizeClass: number % CAPACITIES.length,
  stride: EVENT_WORDS + Math.floor(number / CAPACITIES.length),
}))
const NO_SHAPE = { sizeClass: 0, stride: 0 }

function shapeOf(slabNumber: number): { readonly sizeClass: number; readonly stride: number } {
  return SHAPES[slabNumber] ?? NO_SHAPE
}

/** A block begins with its number of events, and in the largest size class with the number of its tail. */
function headerWords(sizeClass: number): number {
  return sizeClass === LAST_CLASS ? 2 : 1
}

/** A tail that knows the links of the payments so far. */
function startTail(list: EventList): Tail {
  const linkCount = list.stride - EVENT_WORDS
  const tail = Tail.empty(linkCount)
  for (let i = 0; i < list.length; i++) {
    const offset = list.first + i * list.stride
    if (eventKind(list.words, offset) !== PAYMENT) continue
    seeLinks(tail, list.words, offset + EVENT_WORDS, linkCount, eventAtMs(list.words, offset))
  }
  return tail
}

function seeLinks(tail: Tail, words: Uint32Array, from: number, linkCount: number, atMs: number): void {
  for (let i = 0; i < linkCount; i++) {
    const fingerprint = u32(words, from + i)
    if (fingerprint !== 0) tail.links[i]?.see(fingerprint, atMs)
  }
}

/** Moves the oldest event of a full list into the tail. */
function foldFirst(list: EventList, tail: Tail): void {
  const { words, first, stride } = list
  tail.fold(eventKind(words, first), eventAtMs(words, first), eventAmountMinor(words, first))
  words.copyWithin(first, first + stride, first + list.length * stride)
  list.length--
}

/** Puts an event behind those that are not later. The list must have room. */
function insert(list: EventList, event: NewEvent): void {
  const { words, first, stride } = list
  const end = first + list.length * stride
  let at = end
  while (at > first && eventAtMs(words, at - stride) > event.atMs) at -= stride
  if (at < end) words.copyWithin(at + stride, at, end)
  writeEvent(words, at, event.kind, event.atMs, event.amountMinor)
  words.set(event.links, at + EVENT_WORDS)
  list.length++
}
