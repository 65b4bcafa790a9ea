import { expect, test } from 'vitest';
import { contentOf, findRecipes, helperTag, nodeTag, recipes } from './recipes.js';

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
  for (const { suite, dockerfile } of recipes) {
    expect(dockerfile.includes('Check-Valid-Until=false')).toBe(suite === 'sid');
  }
});

test('a recipe that changes has another fingerprint', () => {
  const [recipe] = recipes;
  expect(contentOf({ ...recipe })).toBe(contentOf(recipe));
  expect(contentOf({ ...recipe, dockerfile: `${recipe.dockerfile}\n` })).not.toBe(
    contentOf(recipe),
  );
  expect(new Set(recipes.map(contentOf)).size).toBe(recipes.length);
});
