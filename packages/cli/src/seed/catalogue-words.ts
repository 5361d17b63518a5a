/** One way in which variants of a product differ. */
export interface Axis {
  readonly name: string
  readonly values: readonly string[]
  /** By how much each further value costs more, as a share of the first one's price. */
  readonly priceStep?: number
}

interface Shelf {
  readonly name: string
  readonly nouns: readonly string[]
  readonly axes: readonly Axis[]
}

/** One part of the shop, and the words its products are made of. */
export interface Department {
  readonly name: string
  /** Begins its SKUs. */
  readonly code: string
  readonly shelves: readonly Shelf[]
  readonly materials: readonly string[]
  /** What its descriptions say the things are good for. */
  readonly uses: readonly string[]
  /** In hundredths of the currency's unit. */
  readonly priceCents: readonly [from: number, to: number]
  readonly weightGrams: readonly [from: number, to: number]
}

const colour: Axis = { name: 'Colour', values: ['Navy', 'Charcoal', 'Ivory', 'Sage', 'Rust', 'Mustard', 'Plum', 'Sky'] }
const clothesSize: Axis = { name: 'Size', values: ['XS', 'S', 'M', 'L', 'XL', 'XXL'] }
const shoeSize: Axis = { name: 'Size', values: ['36', '37', '38', '39', '40', '41', '42', '43', '44', '45'] }
const finish: Axis = { name: 'Finish', values: ['Brass', 'Matt black', 'Chrome', 'Copper'] }
const pack: Axis = { name: 'Pack', values: ['Single', 'Pack of 3', 'Pack of 10'], priceStep: 1.4 }
const bag: Axis = { name: 'Weight', values: ['250 g', '500 g', '1 kg'], priceStep: 0.8 }
const scent: Axis = { name: 'Scent', values: ['Cedar', 'Fig', 'Lavender', 'Orange', 'Unscented'] }
const potSize: Axis = { name: 'Diameter', values: ['12 cm', '18 cm', '24 cm', '32 cm'], priceStep: 0.35 }

export const departments: readonly Department[] = [
  {
    name: 'Clothing',
    code: 'CLO',
    shelves: [
      { name: 'Shirts', nouns: ['Oxford Shirt', 'Overshirt', 'Camp Collar Shirt', 'Blouse', 'Tunic'], axes: [colour, clothesSize] },
      { name: 'Knitwear', nouns: ['Crew Neck Jumper', 'Cardigan', 'Roll Neck', 'Slipover'], axes: [colour, clothesSize] },
      { name: 'Shoes', nouns: ['Derby Shoes', 'Canvas Trainers', 'Chelsea Boots', 'Sandals'], axes: [shoeSize] },
      { name: 'Accessories', nouns: ['Scarf', 'Beanie', 'Belt', 'Socks', 'Gloves'], axes: [colour] },
    ],
    materials: ['Organic Cotton', 'Linen', 'Lambswool', 'Merino', 'Suede', 'Corduroy', 'Brushed Twill'],
    uses: ['cool mornings', 'long train rides', 'a day at the office', 'the first warm evenings', 'layering'],
    priceCents: [900, 12_900],
    weightGrams: [80, 1_200],
  },
  {
    name: 'Kitchen',
    code: 'KIT',
    shelves: [
      { name: 'Cookware', nouns: ['Casserole', 'Frying Pan', 'Saucepan', 'Roasting Tin', 'Wok'], axes: [potSize] },
      { name: 'Tableware', nouns: ['Dinner Plate', 'Cereal Bowl', 'Mug', 'Jug', 'Serving Platter'], axes: [colour] },
      { name: 'Tools', nouns: ['Chopping Board', 'Bread Knife', 'Whisk', 'Ladle', 'Peeler', 'Rolling Pin'], axes: [] },
    ],
    materials: ['Stoneware', 'Enamel', 'Cast Iron', 'Beech', 'Stainless Steel', 'Acacia', 'Porcelain'],
    uses: ['slow Sunday cooking', 'everyday meals', 'a full table', 'small kitchens', 'baking with children'],
    priceCents: [350, 14_900],
    weightGrams: [60, 4_500],
  },
  {
    name: 'Pantry',
    code: 'PAN',
    shelves: [
      { name: 'Coffee', nouns: ['Espresso Beans', 'Filter Coffee', 'Decaf Beans', 'Breakfast Blend'], axes: [bag] },
      { name: 'Tea', nouns: ['Green Tea', 'Black Tea', 'Herbal Infusion', 'Oolong'], axes: [bag] },
      { name: 'Sweets', nouns: ['Chocolate Bar', 'Shortbread', 'Fudge', 'Salted Caramels'], axes: [pack] },
    ],
    materials: ['Single Origin', 'Small Batch', 'Hand Picked', 'Dark Roast', 'Stone Ground', 'Farmhouse'],
    uses: ['slow breakfasts', 'a quiet afternoon', 'a gift to a neighbour', 'the desk drawer'],
    priceCents: [250, 2_900],
    weightGrams: [50, 1_100],
  },
  {
    name: 'Home',
    code: 'HOM',
    shelves: [
      { name: 'Lighting', nouns: ['Table Lamp', 'Pendant Light', 'Floor Lamp', 'Wall Light'], axes: [finish] },
      { name: 'Textiles', nouns: ['Cushion Cover', 'Throw', 'Bath Towel', 'Bed Linen Set', 'Rug'], axes: [colour] },
      { name: 'Scents', nouns: ['Candle', 'Room Spray', 'Reed Diffuser', 'Soap Bar'], axes: [scent] },
      { name: 'Storage', nouns: ['Basket', 'Wall Hook', 'Shelf', 'Lidded Box'], axes: [] },
    ],
    materials: ['Washed Linen', 'Recycled Glass', 'Oak', 'Woven Seagrass', 'Waffle Cotton', 'Ceramic', 'Brushed Metal'],
    uses: ['reading corners', 'rented flats', 'guest rooms', 'hallways without much light'],
    priceCents: [295, 24_900],
    weightGrams: [70, 7_000],
  },
  {
    name: 'Garden',
    code: 'GAR',
    shelves: [
      { name: 'Pots', nouns: ['Plant Pot', 'Hanging Planter', 'Window Box', 'Saucer'], axes: [potSize] },
      { name: 'Tools', nouns: ['Hand Trowel', 'Secateurs', 'Watering Can', 'Hoe', 'Dibber'], axes: [] },
      { name: 'Seeds', nouns: ['Wildflower Seeds', 'Tomato Seeds', 'Herb Seeds', 'Sweet Pea Seeds'], axes: [pack] },
    ],
    materials: ['Terracotta', 'Galvanised', 'Ash Handled', 'Glazed', 'Heirloom', 'Fibre Clay'],
    uses: ['balconies', 'the potting shed', 'heavy soil', 'gardeners who begin'],
    priceCents: [199, 8_900],
    weightGrams: [15, 6_000],
  },
  {
    name: 'Stationery',
    code: 'STA',
    shelves: [
      { name: 'Paper', nouns: ['Notebook', 'Sketchbook', 'Letter Set', 'Wall Calendar', 'Gift Wrap'], axes: [colour] },
      { name: 'Writing', nouns: ['Fountain Pen', 'Pencil', 'Ballpoint', 'Ink Bottle'], axes: [pack] },
      { name: 'Desk', nouns: ['Pen Tray', 'Desk Mat', 'Bookend', 'Tape Dispenser'], axes: [] },
    ],
    materials: ['Cloth Bound', 'Recycled Paper', 'Brass', 'Cedar', 'Letterpress', 'Vegetable Tanned'],
    uses: ['lists and plans', 'letters by hand', 'a tidy desk', 'travel journals'],
    priceCents: [150, 5_900],
    weightGrams: [10, 900],
  },
  {
    name: 'Toys',
    code: 'TOY',
    shelves: [
      { name: 'Wooden Toys', nouns: ['Building Blocks', 'Pull-along Duck', 'Train Set', 'Stacking Rings'], axes: [] },
      { name: 'Games', nouns: ['Card Game', 'Memory Game', 'Jigsaw Puzzle', 'Dominoes'], axes: [] },
      { name: 'Soft Toys', nouns: ['Bear', 'Rabbit', 'Elephant', 'Hand Puppet'], axes: [colour] },
    ],
    materials: ['Beech', 'Maple', 'Felt', 'Painted', 'Corduroy', 'Illustrated'],
    uses: ['rainy afternoons', 'small hands', 'the whole family', 'long journeys'],
    priceCents: [299, 6_900],
    weightGrams: [60, 2_400],
  },
]

/** Names of product lines, so that two things of one kind can be told apart. */
export const collections: readonly string[] = [
  'Alder',
  'Ashdown',
  'Birch',
  'Brook',
  'Calder',
  'Cove',
  'Dale',
  'Dune',
  'Elm',
  'Fen',
  'Fjord',
  'Glen',
  'Harbour',
  'Hazel',
  'Heath',
  'Isle',
  'Juniper',
  'Kestrel',
  'Larch',
  'Linden',
  'Marlow',
  'Meadow',
  'Moor',
  'North',
  'Orchard',
  'Pebble',
  'Quarry',
  'Reed',
  'Rowan',
  'Sable',
  'Shore',
  'Tarn',
  'Thistle',
  'Vale',
  'Weald',
  'Willow',
  'Wren',
  'Yarrow',
]

/** Invented makers. */
export const vendors: readonly string[] = [
  'Arden & Pike',
  'Bramble Works',
  'Coldwater Mill',
  'Dovecote Studio',
  'Eastgate Supply',
  'Fable & Thorn',
  'Greyfield',
  'Hollis Brothers',
  'Inkwell Row',
  'Jasper Lane',
  'Kiln Street',
  'Lowland Weavers',
  'Millrace Goods',
  'Nettlebed',
  'Otterburn',
  'Pennybridge',
  'Quillon',
  'Ravensworth',
  'Saltmarsh',
  'Tollhouse',
  'Underhill',
  'Wharfside',
]

/** Where things are made. */
export const origins: readonly string[] = ['Portugal', 'Scotland', 'Japan', 'Italy', 'Denmark', 'India', 'Poland', 'Germany', 'Spain', 'Vietnam']
