import { Html } from './html.ts'

/** Line drawings of the products on a 200 x 150 field; drawn here, so the demo needs no picture files. */
const DRAWINGS = {
  phone:
    '<rect x="70" y="18" width="60" height="114" rx="10"/><path d="M92 28h16"/><circle cx="100" cy="122" r="4"/><path class="soft" d="M78 36h44v76H78z"/>',
  laptop:
    '<path class="soft" d="M52 34h96v64H52z"/><rect x="46" y="28" width="108" height="76" rx="6"/><path d="M30 118h140l-10-14H40z"/><path d="M88 111h24"/>',
  headphones:
    '<path d="M52 96V80a48 48 0 0 1 96 0v16"/><rect class="soft" x="42" y="86" width="22" height="40" rx="10"/><rect x="42" y="86" width="22" height="40" rx="10"/><rect class="soft" x="136" y="86" width="22" height="40" rx="10"/><rect x="136" y="86" width="22" height="40" rx="10"/>',
  console:
    '<path class="soft" d="M60 62h80a28 28 0 0 1 26 42c-6 12-20 10-28 0l-8-10H70l-8 10c-8 10-22 12-28 0a28 28 0 0 1 26-42z"/><path d="M60 62h80a28 28 0 0 1 26 42c-6 12-20 10-28 0l-8-10H70l-8 10c-8 10-22 12-28 0a28 28 0 0 1 26-42zM66 72v16M58 80h16"/><circle cx="130" cy="74" r="3"/><circle cx="140" cy="84" r="3"/>',
  watch:
    '<path d="M84 46l4-30h24l4 30M84 104l4 30h24l4-30"/><circle class="soft" cx="100" cy="75" r="32"/><circle cx="100" cy="75" r="32"/><path d="M100 56v19l13 9"/>',
  sneaker:
    '<path class="soft" d="M38 104V76c10 6 22 2 28-12l44 26c12 7 30 6 46 10 8 2 8 8 6 14H38z"/><path d="M38 104V76c10 6 22 2 28-12l44 26c12 7 30 6 46 10 8 2 8 8 6 14H38zM34 114h130M82 74l-8 10M94 81l-8 10M106 88l-8 10"/>',
  backpack:
    '<path class="soft" d="M66 56a34 34 0 0 1 68 0v66H66z"/><path d="M66 56a34 34 0 0 1 68 0v66H66zM86 24a14 10 0 0 1 28 0M78 88h44v34M78 88v34M92 88v8h16v-8"/>',
  coffee:
    '<path class="soft" d="M74 44h52l8 86H66z"/><path d="M74 44h52l8 86H66zM74 44l6-14h40l6 14M84 76h32v28H84z"/><path d="M94 84c8 4 4 8 12 12"/>',
  blender:
    '<path class="soft" d="M74 24h52l-6 62H80z"/><path d="M74 24h52l-6 62H80zM78 92h44l8 34H70zM126 34h14v34l-12 8"/><circle cx="100" cy="110" r="6"/>',
  poncho:
    '<path class="soft" d="M100 30l66 54-20 42H54L34 84z"/><path d="M88 32l12 12 12-12 54 52-20 42H54L34 84zM62 98l10-10 10 10 10-10 10 10 10-10 10 10 10-10 8 8M58 112h84"/>',
  giftcard:
    '<rect class="soft" x="40" y="42" width="120" height="70" rx="8"/><rect x="40" y="42" width="120" height="70" rx="8"/><path d="M100 42v70M40 72h120M100 72c-20-2-26-22-12-24 10-1 12 14 12 24zm0 0c20-2 26-22 12-24-10-1-12 14-12 24z"/>',
  camera:
    '<rect class="soft" x="40" y="46" width="120" height="78" rx="10"/><rect x="40" y="46" width="120" height="78" rx="10"/><path d="M76 46l8-16h32l8 16"/><circle cx="100" cy="84" r="24"/><circle cx="100" cy="84" r="12"/><path d="M144 58h6"/>',
} as const
export type Drawing = keyof typeof DRAWINGS

/** A product's picture as inline SVG; decorative, since the product's name stands beside it. */
export function illustration(drawing: Drawing, hue: number): Html {
  return new Html(
    `<svg class="art hue-${hue}" viewBox="0 0 200 150" aria-hidden="true" focusable="false"><rect class="field" width="200" height="150"/>${DRAWINGS[drawing]}</svg>`,
  )
}
