import { expect, test } from 'vitest';
import {
  contentOf,
  contextOf,
  findRecipes,
  helperTag,
  nodeTag,
  type Recipe,
  recipes,
} from './recipes.js';

test('a family gives all its versions, a version one, no name all', () => {
  expect(findRecipes(['etcd']).map(({ tag }) => tag)).toEqual([
    'schism/etcd:3.5',
    'schism/etcd:3.5.30',
    'schism/etcd:3.4',
    'schism/etcd:3.3',
  ]);
  expect(findRecipes(['zookeeper@3.4', 'zookeeper@3.4']).map(({ tag }) => tag)).toEqual([
    'schism/zookeeper:3.4',
  ]);
  expect(findRecipes([])).toBe(recipes);
});

test('our own nodes and the helper have their images', () => {
  expect(findRecipes(['raft', 'helper']).map(({ tag }) => tag)).toEqual([nodeTag, helperTag]);
});

test('an unknown name is refused with what there is', () => {
  expect(() => findRecipes(['etcd@2.0'])).toThrow(/"etcd@2.0".*etcd@3.5/);
  expect(() => findRecipes(['toString'])).toThrow(RangeError);
});

test('the age of an index is looked at everywhere but in sid, where it is that of a snapshot', () => {
  for (const recipe of recipes) {
    const { suite, buildArguments } = recipe;
    expect(contextOf(recipe).Dockerfile).toMatch(/apt-get \$\{APT_OPTIONS\} .*update/);
    expect(buildArguments.APT_OPTIONS.includes('Check-Valid-Until=false')).toBe(suite === 'sid');
  }
});

test('a Dockerfile has a value for each of its arguments, and what it copies beside it', () => {
  for (const recipe of recipes) {
    const { Dockerfile, ...files } = contextOf(recipe);
    const wanted = [...Dockerfile.matchAll(/^ARG (\w+)$/gm)].map(([, name]) => name);
    expect(Object.keys(recipe.buildArguments).sort()).toEqual(wanted.sort());
    const copied = [...Dockerfile.matchAll(/^COPY (\S+) /gm)].map(([, name]) => name);
    expect(Object.keys(files)).toEqual(copied);
  }
});

test('a recipe that changes has another fingerprint', () => {
  const [recipe] = recipes;
  expect(contentOf({ ...recipe })).toBe(contentOf(recipe));
  const others: Partial<Recipe>[] = [
    { dockerfile: [...recipe.dockerfile, 'zookeeper.Dockerfile'] },
    { files: ['zkServer.sh'] },
    { buildArguments: { ...recipe.buildArguments, PACKAGES: 'another' } },
  ];
  const contents = others.map((change) => contentOf({ ...recipe, ...change }));
  expect(new Set([contentOf(recipe), ...contents]).size).toBe(others.length + 1);
  expect(new Set(recipes.map(contentOf)).size).toBe(recipes.length);
});
