/** Names for invented people: a few hundred given and family names, the frequent ones first. */

export const GIVEN_NAMES = (
  'Sarah David Mohammed Susan John Emma James Elizabeth Michael Margaret Paul Helen Andrew Claire Stephen Rachel Peter Karen Robert Julie Mark Priya ' +
  'Christopher Amanda Richard Jennifer Daniel Nicola Thomas Catherine William Alison Anthony Rebecca Matthew Louise Simon Joanne Jonathan Deborah Adam ' +
  'Fatima Ahmed Aisha Ibrahim Khadija Hassan Hussein Yasmin Omar Zainab Tariq Bilal Imran Saima Nadia Rukhsana Farhan Samina Asif Shazia Usman Mariam ' +
  'Anil Sunita Rajesh Deepa Sanjay Meena Vikram Kavita Ravi Anjali Suresh Lakshmi Arjun Pooja Harpreet Gurpreet Manpreet Jaspreet Balwinder Amrit ' +
  'Olena Oleksandr Iryna Volodymyr Nataliia Mykola Yulia Dmytro Andriy Kateryna Agnieszka Piotr Katarzyna Tomasz Małgorzata Marek Paweł Zofia Jakub Ewa ' +
  'Chidi Ngozi Adaeze Emeka Folake Tunde Yetunde Kwame Ama Kofi Abena Tendai Rudo Farai Chipo Blessing Grace Patience Precious Joy Comfort Mercy ' +
  'Siobhán Niamh Pádraig Ciarán Aoife Eoin Dafydd Rhys Megan Carys Hamish Fiona Iain Catriona Angus Morag Zoë Chloë José María João Inês Björn Søren ' +
  'Mei Wei Li Xin Jun Ling Hui Min Yan Fang Thuy Linh Minh Maricel Jocelyn Rowena Arnel Rodel Liezel Charles Dorothy Patricia Kenneth Barbara Brian ' +
  'Gillian Geoffrey Victoria Philip Samantha Timothy Stephanie Benjamin Jessica Samuel Charlotte Joseph Hannah Edward Sophie Alexander Lucy George Amy ' +
  'Nathan Abigail Oliver Ruth Harry Alice Frederick Natalie Gregory Melanie Martin Tracey Kevin Sharon Gary Lesley Graham Maureen Trevor Sheila Nigel ' +
  'Beverley Derek Lorraine Roger Yvonne Keith Janet Barry Marion Alan Jean Colin Wendy Ian Heather Stuart Angela Neil Caroline Craig Michelle'
).split(' ');

const HEADS =
  'Ash Birch Black Brook Brad Broad Burn Carl Clay Cran Dal Den East Elm Fair Fen Fern Gar Glen Gold Grant Hal Har Hart Haz Hel Hol Hum Kemp Kirk Lang Law Lin Long Mar Mel Mer Mill Mor Nor Oak Old Pem Pen Pres Rad Red Rod Ross Ruth San Sel Shel Stan Stock Strat Thorn Trent Wake Wal War Wat Wes Whit Wil Win Wood Wyn York'.split(
    ' ',
  );
const TAILS =
  'ard bank bourne bridge brook burn bury by cliffe combe cott dale den field ford gate ham hurst ington land ley low man mere more ridge shaw side ster stone ton wall wick wood worth'.split(
    ' ',
  );

const FREQUENT = (
  'Smith Jones Patel Khan Williams Taylor Brown Davies Singh Evans Ahmed Wilson Thomas Hussain Roberts Johnson Ali Walker Wright Kaur Robinson Thompson White Hughes ' +
  'Edwards Green Hall Wood Begum Harris Lewis Martin Jackson Clarke Shah Clark Turner Hill Cooper Ward Morris Moore King Watson Baker Harrison Morgan Akhtar ' +
  'Sharma Okafor Mensah Moyo Adeyemi Ndlovu Chukwu Boateng Kowalski Nowak Wiśniewska Kowalczyk Shevchenko Kovalenko Bondarenko Tkachenko Müller Schäfer ' +
  'O’Brien O’Connor O’Neill Murphy Kelly Ryan MacDonald Campbell Stewart McKenzie Fraser Nguyen Tran Chen Wang Zhang Santos Reyes Cruz Garcia Fernández Gonçalves'
).split(' ');

/** About three thousand, of which the first hundred are borne by many. */
export const FAMILY_NAMES: readonly string[] = [...FREQUENT, ...HEADS.flatMap((head) => TAILS.map((tail) => head + tail))];
