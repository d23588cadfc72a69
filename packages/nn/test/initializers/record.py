"""Prints initial values to the last bit for golden.ts: run `python3 record.py`. Needs nothing but Python.

Written from the papers, not from the sources beside it: threefry2x32 of Salmon et al. 2011, algorithm AS 241 of Wichura
1988 with a logarithm of basic operations only, and the initializers' formulas in double precision.
"""
import math

MASK = 0xFFFFFFFF
ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24]
A = [3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
     67265.770927008700853, 33430.575583588128105, 2509.0809287301226727]
B = [1.0, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
     39307.89580009271061, 28729.085735721942674, 5226.495278852854561]
C = [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
     1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4]
D = [1.0, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
     0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9]


def threefry(key, counter):
    schedule = [key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1]]
    a, b = (counter[0] + schedule[0]) & MASK, (counter[1] + schedule[1]) & MASK
    for round in range(20):
        a = (a + b) & MASK
        distance = ROTATIONS[round % 8]
        b = (((b << distance) | (b >> (32 - distance))) & MASK) ^ a
        if round % 4 == 3:
            injection = (round + 1) // 4
            a = (a + schedule[injection % 3]) & MASK
            b = (b + schedule[(injection + 1) % 3] + injection) & MASK
    return a, b


def key_from(seed, path):
    key = threefry((0, 0), (seed >> 32, seed & MASK))
    for i, character in enumerate(path):
        key = threefry(key, (i + 1, ord(character)))
    return key


KEY = key_from(1, "layer/weight")


def uniform(i):
    return (threefry(KEY, (0, i))[0] + 0.5) * 2.0**-32


def logarithm(x):
    mantissa, exponent = x, 0
    while mantissa < 0.5**0.5:
        mantissa, exponent = mantissa * 2, exponent - 1
    s = (mantissa - 1) / (mantissa + 1)
    total = 0.0
    for n in range(25, 0, -2):
        total = total * (s * s) + 1 / n
    return exponent * 0.6931471803691238 + (2 * s * total + exponent * 1.9082149292705877e-10)


def horner(coefficients, x):
    value = 0.0
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def quantile(p):
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * (horner(A, r) / horner(B, r))
    r = math.sqrt(-logarithm(min(p, 1 - p))) - 1.6
    assert r <= 3.4
    value = horner(C, r) / horner(D, r)
    return -value if q < 0 else value


def normal(i):
    return quantile(uniform(i))


def truncated(i):
    # Between -2 and 2: from Phi(-2) on, of width Phi(2) - Phi(-2).
    return quantile(0.02275013194817921 + 0.9544997361036416 * uniform(i))


def show(title, values):
    print(title, [float(value) for value in values])


# [inputs, units] = [2, 3]
show("glorotUniform", [math.sqrt(6 / 5) * (2 * uniform(i) - 1) for i in range(6)])
show("glorotNormal", [math.sqrt(2 / 5) * normal(i) for i in range(6)])
show("heUniform", [math.sqrt(6 / 2) * (2 * uniform(i) - 1) for i in range(6)])
show("heNormal", [math.sqrt(2 / 2) * normal(i) for i in range(6)])
# [window, inputs, units] = [2, 3, 1]
show("lecunUniform", [math.sqrt(3 / 6) * (2 * uniform(i) - 1) for i in range(6)])
show("lecunNormal", [math.sqrt(1 / 6) * normal(i) for i in range(6)])
show("truncatedNormal(0.5, 2)", [0.5 + 2 * truncated(i) for i in range(12)])
show("normal(0.5, 2)", [0.5 + 2 * normal(i) for i in range(12)])
show("uniform(-1, 3)", [-1 + 4 * uniform(i) for i in range(6)])
