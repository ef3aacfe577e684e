import { Arena } from './arena.ts'
import {
  EVENT_WORDS,
  type EventKind,
  eventAmountMinor,
  eventAtMs,
  eventKind,
  PAYMENT,
  writeEvent,
} from './events.ts'
import { HashTable } from './table.ts'
import { Tail } from './tail.ts'
import { u32 } from './typed.ts'
import { IDLE_MS } from './windows.ts'

/** Events an entity keeps as they came; with more it also has a tail. */
export const MAX_EVENTS = 40
export const MAX_LINKS = 8

/** Sizes of a block in events, close together where nearly all entities are. */
const CAPACITIES = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, MAX_EVENTS] as const
const LAST_CLASS = CAPACITIES.length - 1
const CAPACITY_OF_CLASS = Uint32Array.from(CAPACITIES)

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
  /** Whether payments with each linked key are counted, as the kind has pairs. */
  readonly counted: boolean
}

/**
 * The state of every entity by the keyed hash of its key. An entity is one block of events of its size class; the
 * few with more than 40 events also have a tail.
 *
 * A block begins with a word that holds the number of events, the size class and the words of an event, and in the
 * largest class with a second one, the place of the tail.
 */
export class EntityStore {
  #table: HashTable
  readonly #arena = new Arena(blockWords(LAST_CLASS, EVENT_WORDS + MAX_LINKS))
  /** Place 0 stays empty, since 0 in a block says that it has no tail. */
  readonly #tails: Array<Tail | undefined> = [undefined]
  readonly #freeTails: number[] = []
  /** Time of the newest event ever added. */
  newestMs = 0
  readonly #list = newEventList()

  constructor(expectedSize = 0) {
    this.#table = new HashTable(expectedSize)
  }

  get size(): number {
    return this.#table.size
  }

  get bytes(): number {
    let bytes = this.#table.bytes + this.#arena.bytes
    for (const tail of this.#tails) bytes += tail?.bytes ?? 0
    return bytes
  }

  /** The reference of an entity, 0 when it is not known. It is good until the next event of the entity. */
  find(low: number, high: number): number {
    return this.#table.get(low, high)
  }

  /** Points the list at an entity's events. */
  open(reference: number, list: EventList): void {
    const words = this.#arena.chunk(reference)
    const at = this.#arena.offset(reference)
    const header = u32(words, at)
    const sizeClass = sizeClassOf(header)
    list.words = words
    list.first = at + headerWords(sizeClass)
    list.length = header & LENGTH_MASK
    list.stride = header >>> STRIDE_SHIFT
    list.tail = sizeClass === LAST_CLASS ? this.#tails[u32(words, at + 1)] : undefined
  }

  add(low: number, high: number, event: NewEvent): void {
    const list = this.#list
    const stride = EVENT_WORDS + event.links.length
    this.newestMs = Math.max(this.newestMs, event.atMs)
    let reference = this.#table.get(low, high)
    if (reference !== 0 && this.isIdle(reference, this.newestMs - IDLE_MS)) {
      this.#release(reference)
      reference = 0
    }
    if (reference === 0) {
      reference = this.#allocate(0, stride)
      this.#table.set(low, high, reference)
    }
    this.open(reference, list)

    const sizeClass = sizeClassOf(this.#header(reference))
    if (list.length === u32(CAPACITY_OF_CLASS, sizeClass)) {
      if (sizeClass < LAST_CLASS) {
        const larger = this.#copy(list, this.#allocate(sizeClass + 1, stride))
        this.#table.set(low, high, larger)
        this.#release(reference)
        reference = larger
        this.open(reference, list)
      } else if (list.tail === undefined) {
        list.tail = startTail(list, event.counted)
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
    const at = this.#arena.offset(reference)
    list.words[at] = (u32(list.words, at) & ~LENGTH_MASK) | list.length
  }

  /** Whether an entity has no event since a time. */
  isIdle(reference: number, beforeMs: number): boolean {
    const words = this.#arena.chunk(reference)
    const at = this.#arena.offset(reference)
    const header = u32(words, at)
    const last = (header & LENGTH_MASK) - 1
    const first = at + headerWords(sizeClassOf(header))
    return eventAtMs(words, first + last * (header >>> STRIDE_SHIFT)) < beforeMs
  }

  /** Removes entities without an event since a time, of a share of all, going round call by call. @returns how many */
  evict(beforeMs: number, share: number): number {
    return this.#table.sweep(share, reference => {
      if (!this.isIdle(reference, beforeMs)) return false
      this.#release(reference)
      return true
    })
  }

  /** Visits every entity; the list is the same object each time. */
  forEach(visit: (low: number, high: number, list: EventList) => void): void {
    const list = newEventList()
    this.#table.forEach((low, high, reference) => {
      this.open(reference, list)
      visit(low, high, list)
    })
  }

  /** Puts back an entity as `forEach` showed it. */
  restore(low: number, high: number, list: EventList): void {
    const sizeClass = CAPACITIES.findIndex(capacity => capacity >= list.length)
    this.#table.set(low, high, this.#copy(list, this.#allocate(sizeClass, list.stride)))
  }

  /** The first word of an entity's block. */
  #header(reference: number): number {
    return u32(this.#arena.chunk(reference), this.#arena.offset(reference))
  }

  /** @returns the reference of a new, empty block */
  #allocate(sizeClass: number, stride: number): number {
    const block = this.#arena.allocate(blockWords(sizeClass, stride))
    const words = this.#arena.chunk(block)
    const at = this.#arena.offset(block)
    words[at] = (stride << STRIDE_SHIFT) | (sizeClass << CLASS_SHIFT)
    if (sizeClass === LAST_CLASS) words[at + 1] = 0
    return block
  }

  /** Copies a list into an empty block, and returns the block's reference. */
  #copy(list: EventList, reference: number): number {
    const words = this.#arena.chunk(reference)
    const at = this.#arena.offset(reference)
    const header = u32(words, at)
    words[at] = header | list.length
    if (list.tail !== undefined) words[at + 1] = this.#addTail(list.tail)
    const to = at + headerWords(sizeClassOf(header))
    // Most are short, and a call of `set` with a `subarray` costs as much as copying some dozens of words.
    for (let i = 0; i < list.length * list.stride; i++) words[to + i] = u32(list.words, list.first + i)
    return reference
  }

  #addTail(tail: Tail): number {
    const place = this.#freeTails.pop() ?? this.#tails.length
    this.#tails[place] = tail
    return place
  }

  #release(reference: number): void {
    const header = this.#header(reference)
    const sizeClass = sizeClassOf(header)
    if (sizeClass === LAST_CLASS) {
      const place = u32(this.#arena.chunk(reference), this.#arena.offset(reference) + 1)
      if (place !== 0) {
        this.#tails[place] = undefined
        this.#freeTails.push(place)
      }
    }
    this.#arena.release(reference, blockWords(sizeClass, header >>> STRIDE_SHIFT))
  }
}

export function newEventList(): EventList {
  return { words: new Uint32Array(0), first: 0, length: 0, stride: 0, tail: undefined }
}

const LENGTH_MASK = 0xff
const CLASS_SHIFT = 8
const STRIDE_SHIFT = 16

function sizeClassOf(header: number): number {
  return (header >>> CLASS_SHIFT) & 0xff
}

function headerWords(sizeClass: number): number {
  return sizeClass === LAST_CLASS ? 2 : 1
}

function blockWords(sizeClass: number, stride: number): number {
  return headerWords(sizeClass) + u32(CAPACITY_OF_CLASS, sizeClass) * stride
}

/** A tail that knows the links of the payments so far. */
function startTail(list: EventList, counted: boolean): Tail {
  const linkCount = list.stride - EVENT_WORDS
  const tail = Tail.empty(linkCount, counted)
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
  for (let i = 0; i < event.links.length; i++) words[at + EVENT_WORDS + i] = u32(event.links, i)
  list.length++
}
