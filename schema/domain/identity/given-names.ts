/**
 * Given names that one person goes by: short forms, and spellings of a name that came from another script.
 *
 * Each line is one name. Source: compiled for this project from common British usage, and from the spellings that
 * people of NHS staff's most frequent backgrounds use beside each other; it is a list to be added to, never complete. A
 * name may be in several lines (Alex, Sam, Jo): then it agrees with each of them.
 */
const LINES = `
abigail abby abi gail
adam ad
abdul abdel abdoul
ahmed ahmad ahmet achmed
aisha ayesha aysha aishah
alan al allan allen
albert bert al bertie
alexander alex alec sandy lex xander oleksandr aleksandr alexandr aleksander alessandro
alexandra alex sandra lexi sasha oleksandra aleksandra
alfred alf alfie fred
alison ali allison
amanda mandy
andrew andy drew andriy andrei andrzej andreas
angela angie ange
ann anne anna annie ana hanna hannah
anthony tony ant antony antonio
arthur art
barbara babs barb
benjamin ben benny benji
bernard bernie
beverley bev beverly
brian bryan
bridget bridie biddy
caroline carol carrie carolyn
catherine kate katie cathy kathy kath cath katherine kathryn katharine catrin kathleen kitty katarzyna kateryna ekaterina
cecilia cece celia
charles charlie chas chuck
charlotte charlie lottie lotte
christine chris christina chrissie tina krystyna
christopher chris topher kit
clare claire clara
cynthia cindy
daniel dan danny
danielle dani
david dave davy dafydd dawid
deborah deb debbie debra
dennis den denny denis
diana di diane dianne
dmitri dmitry dmytro dima
dorothy dot dottie dolly
douglas doug
edward ed eddie ted ned teddy
eileen aileen
eleanor ellie nell nora elinor lena
elena olena helen helena ilona lena
elizabeth liz beth lizzie betty eliza elspeth elisabeth libby betsy elzbieta
emily em emmy milly
emma em
eric erik
ernest ernie
eugene gene yevhen evgeny yevgeny ievgen
fatima fatema fatimah
florence flo florrie
frances fran frankie francesca
francis frank fran
frederick fred freddie freddy
gabriel gabe
gabrielle gabby
geoffrey geoff jeff jeffrey
george georgie heorhiy georgios jerzy
gerald gerry ged jerry gerard
gillian gill jill
gregory greg hryhoriy grzegorz
gwendoline gwen
hassan hasan
harold harry hal
harriet hattie harri
henry harry hal hank
hussein hussain husain hossein hussien
isabel isobel izzy bella isabella isabelle
ian iain
ibrahim ebrahim abraham
irene irena iryna irina
jacob jake jakub yakub yaqub
jacqueline jackie jacqui
james jim jimmy jamie jem
jane janie jayne jan
janet jan
jason jay
jennifer jen jenny jenni
jessica jess jessie
joan joanie
joanne jo joanna jojo
john jack johnny jon ian jan ivan yohan
jonathan jon jonny
joseph joe joey jozef yusuf yousef yousuf yusef youssef
josephine jo josie
joshua josh
judith judy jude
julia julie yulia yuliia juliya
karen kaz
kenneth ken kenny
kevin kev
khadija khadijah khadeeja
laura laurie
lawrence larry laurie laurence loz
leonard len lenny leo
leslie les lesley
lewis lou louis
lillian lily lil lilian
lucy lucinda
lynne lyn lynn lynda linda
malcolm mal
margaret maggie meg peggy marge margie greta madge malgorzata
maria mary mariya marya maryam mariam miriam marie
marjorie marge margie
mark marc marcus marek
martin marty
martha marta
mahmoud mahmood mahmud
matthew matt mat mateusz matthias
maureen mo
maurice mo
megan meg
melanie mel
melissa mel
michael mike mick mickey micky mikhail mykhailo michal
michelle shell chelle
mildred millie
miles myles
mohammed mohamed muhammad mohammad muhammed mohamad mo mohd md mehmet
mustafa mostafa moustafa
nancy nan
natalie nat natalia nataliya nataliia
nathaniel nat nate nathan
nicholas nick nicky nico mykola nikolai nicolas
nicola nicky nikki nic nicole
norman norm
oliver ollie
olivia liv livvy
osman usman othman uthman
pamela pam
patricia pat trish patsy tricia patty
patrick pat paddy padraig
paul pavlo pavel pawel
pauline polly
penelope penny
peter pete petro piotr
philip phil pip phillip
philippa pip pippa
rachel rach rachael
rahman rehman
raymond ray
rebecca becky bec becca
richard rick dick rich ricky dickie
robert rob bob bobby robbie bert
robin rob robyn
roderick rod roddy
rodney rod
roger rodge
ronald ron ronnie
rosemary rose rosie
roxanne roxy
ruth ruthie
said saeed sayeed
samantha sam sammy
samuel sam sammy
sarah sara sally sadie
sergei serhiy sergey serhii
sharon shaz
sheila sheelagh shelagh
siobhan shivaun
sofia sophia sophie zofia
stanley stan
stella estelle
stephanie steph steffi
stephen steve steven stephan stefan
stuart stewart stu
susan sue susie suzie susanna suzanne suzannah zuzanna
tariq tarek tarik
teresa terry tess theresa tessa
terence terry tel
theodore ted theo teddy
thomas tom tommy tomasz
timothy tim timmy
tracey tracy
umar omar omer
valerie val
veronica ronnie vera
victor vic viktor
victoria vicky vicki tori viktoriia
vincent vince vinny
virginia ginny
vivian viv vivienne
vladimir volodymyr wlodzimierz vlad
walter walt wally
wendy wen
wilfred wilf
william will bill billy willie liam
winifred win winnie freda
yasmin yasmine jasmine yasmeen jasmin
zachary zac zach zak
zainab zaynab zeinab
zoe zoey
`;

const NAMES_ON_LINE: readonly (readonly string[])[] = LINES.trim()
  .split('\n')
  .map((line) => line.split(' '));

const LINES_OF_NAME: ReadonlyMap<string, readonly number[]> = (() => {
  const lines = new Map<string, number[]>();
  for (const [index, names] of NAMES_ON_LINE.entries()) {
    for (const name of new Set(names)) lines.set(name, [...(lines.get(name) ?? []), index]);
  }
  return lines;
})();

const NONE: readonly never[] = [];

/** The lines of the table that hold this folded given name: two names that share one may be one person's. */
export function linesOf(givenName: string): readonly number[] {
  return LINES_OF_NAME.get(givenName) ?? NONE;
}

export function namesOn(line: number): readonly string[] {
  return NAMES_ON_LINE[line] ?? NONE;
}
