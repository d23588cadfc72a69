/** Values of initializers to the last bit, the same in Node and in every browser. */
import { initialValue } from "@unfold/core";
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  identity,
  initializedParam,
  lecunNormal,
  lecunUniform,
  normal,
  orthogonal,
  truncatedNormal,
  uniform,
  type Initializer,
} from "@unfold/nn";

/** An initializer, a shape, and every bit of what it must give. */
export interface Golden {
  readonly title: string;
  readonly initializer: Initializer;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/**
 * For seed 1 and the path "layer/weight". Computed by another program, `record.py`, the orthogonal matrices by an earlier one
 * in Python.
 */
export const goldens: readonly Golden[] = [
  {
    title: "glorotUniform",
    initializer: glorotUniform,
    shape: [2, 3],
    values: [
      -0.6929928651701042, -0.8348506644331234, -0.9611620820660366, 0.8297033206971641, 0.7752577877785306,
      -0.42951402085902624,
    ],
  },
  {
    title: "glorotNormal",
    initializer: glorotNormal,
    shape: [2, 3],
    values: [
      -0.570081996688571, -0.7464742522291569, -0.9765250623324883, 0.7390512435425242, 0.6660464561042627,
      -0.32448782883132765,
    ],
  },
  {
    title: "a square orthogonal matrix",
    initializer: orthogonal(),
    shape: [3, 3],
    values: [
      -0.4207483837110659, -0.5509344917603515, -0.7207232363350643, 0.5827625513155298, 0.4447161946444033,
      -0.6801583014307887, -0.6952399631700842, 0.706186017993676, -0.1339503699192187,
    ],
  },
  {
    title: "a tall orthogonal matrix with gain 0.5",
    initializer: orthogonal(0.5),
    shape: [3, 2],
    values: [
      -0.21037419185553294, 0.2913812756577649, -0.27546724588017574, 0.22235809732220166, -0.36036161816753215,
      -0.34007915071539435,
    ],
  },
  {
    title: "normal with mean 0.5 and deviation 2",
    initializer: normal(0.5, 2),
    shape: [12],
    values: [
      -1.302757562592452, -1.8605588517151586, -2.5880433892085617, 2.8370852371741844, 2.606223828772829,
      -0.5261206121098483, 1.4339694841592623, 3.470276196678476, 2.0444718384456944, 1.0751679602697513,
      -2.2598613620265655, -1.2275424659677392,
    ],
  },
  {
    title: "uniform in (-1, 3)",
    initializer: uniform(-1, 3),
    shape: [6],
    values: [
      -0.2652260814793408, -0.5242218035273254, -0.7548338458873332, 2.514824082609266, 2.4154205941595137,
      0.21581827336922288,
    ],
  },
  {
    title: "heUniform",
    initializer: heUniform,
    shape: [2, 3],
    values: [
      -1.095717928091749, -1.3200148028567973, -1.519730689959177, 1.3118761378040813, 1.2257901915818028,
      -0.679121296445797,
    ],
  },
  {
    title: "heNormal",
    initializer: heNormal,
    shape: [2, 3],
    values: [
      -0.901378781296226, -1.1802794258575793, -1.5440216946042808, 1.1685426185870922, 1.0531119143864145,
      -0.5130603060549241,
    ],
  },
  {
    title: "lecunUniform of a convolution",
    initializer: lecunUniform,
    shape: [2, 3, 1],
    values: [
      -0.4473249709740626, -0.5388937866532807, -0.6204274561413011, 0.5355711905588515, 0.5004267501806422,
      -0.277250108291599,
    ],
  },
  {
    title: "lecunNormal of a convolution",
    initializer: lecunNormal,
    shape: [2, 3, 1],
    values: [
      -0.3679863465245845, -0.4818470578760265, -0.6303442172613144, 0.47705552637234633, 0.4299311387153798,
      -0.20945599285178912,
    ],
  },
  {
    title: "truncatedNormal with mean 0.5 and deviation 2",
    initializer: truncatedNormal(0.5, 2),
    shape: [12],
    values: [
      -1.1969588739411696, -1.6943479595695132, -2.293386874197916, 2.673938469206306, 2.4705430805992243,
      -0.4754366375057427, 1.3884839486689247, 3.2016537711303332, 1.9597846322388375, 1.0483152225425787,
      -2.0321733922690113, -1.1282520171554786,
    ],
  },
  { title: "identity", initializer: identity(0.1), shape: [2, 2], values: [0.1, 0, 0, 0.1] },
];

/** What the initializer gives for the golden's shape. */
export function valuesOf({ initializer, shape }: Golden): number[] {
  return [...initialValue(initializedParam("layer/weight", shape, initializer, 1)).data];
}
