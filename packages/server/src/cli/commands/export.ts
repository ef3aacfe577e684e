import type { Command } from 'commander'
import type { ExportFeaturesOptions, ExportModelOptions } from '../models/export.ts'
import { addSplitOptions } from '../split-options.ts'
import { addRegistryOption, prescoreOption } from './models.ts'
import { addDataOptions } from './train.ts'

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('Write a model, or the features to train one elsewhere, for use outside')
  addRegistryOption(command.command('model <model>', { isDefault: true }))
    .description('Write the files of a version (or alias); the same as `atalaya export <model>`')
    .option('--onnx <file>', 'trees and calibration as ONNX: features in, margin and probability out')
    .option('--xgboost <file>', "XGBoost's JSON, without the calibration")
    .action(async (model: string, options: ExportModelOptions) => {
      const { exportModel } = await import('../models/export.ts')
      console.log(await exportModel(model, options))
    })
  const features = command
    .command('features')
    .description('Write the feature table of a history with labels, times and slices, as CSV or Parquet')
    .requiredOption('--out <file>', 'ends in .csv or .parquet')
    .addOption(prescoreOption())
  addSplitOptions(addRegistryOption(addDataOptions(features))).action(
    async (options: ExportFeaturesOptions) => {
      const { exportFeatures } = await import('../models/export.ts')
      console.log(await exportFeatures(options))
    },
  )
}
