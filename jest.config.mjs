export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/{tests,policy,adapters,calendar,schema,platform,sync,gateway,demo,cli}/**/*.test.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/strip-types.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/.data/'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
