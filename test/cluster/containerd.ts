import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startDaemon } from './daemons.ts'
import type { Daemon, DaemonPlace } from './daemons.ts'
import { cniPlugins } from './debian-packages.ts'
import type { ClusterPaths } from './folders.ts'
import { PAUSE_IMAGE } from './images.ts'
import type { Network } from './network.ts'
import { run } from './shell.ts'
import { waitFor } from './waiting.ts'

export type Snapshotter = 'overlayfs' | 'native'

/** Starts containerd with a folder, a socket and a pod network of its own. Gives it once it answers. */
export async function startContainerd(paths: ClusterPaths, network: Network, place: DaemonPlace, signal?: AbortSignal): Promise<Daemon> {
  const cni = join(paths.node, 'cni')
  await mkdir(cni, { recursive: true })
  await mkdir(paths.containerd, { recursive: true, mode: 0o711 })
  await writeFile(join(cni, '10-pods.conflist'), JSON.stringify(podNetwork(network), undefined, 2))
  const config = join(paths.containerd, 'config.toml')
  const snapshotter = await chooseSnapshotter(paths.containerd)
  await writeFile(join(paths.containerd, 'snapshotter'), snapshotter)
  await writeFile(config, containerdConfig(paths, cni, snapshotter))
  const daemon = startDaemon(place, { name: 'containerd', command: 'containerd', args: ['--config', config] })
  const answers = waitFor(async () => (await run('ctr', ['--address', paths.containerdSocket, 'version']), true as const), {
    what: 'readiness of containerd',
    everyMs: 50,
    signal,
  })
  await daemon.whileAlive(answers)
  return daemon
}

/** Overlay where the kernel mounts it in this folder; else whole copies, which are slow but work everywhere. */
async function chooseSnapshotter(folder: string): Promise<Snapshotter> {
  const trial = join(folder, 'overlay-trial')
  const layers = ['lower', 'upper', 'work', 'merged'].map((name) => join(trial, name))
  await Promise.all(layers.map((layer) => mkdir(layer, { recursive: true })))
  const [lower, upper, work, merged] = layers
  const mount = `mount -t overlay overlay -o 'lowerdir=${lower},upperdir=${upper},workdir=${work}' '${merged}'`
  try {
    await run('unshare', ['--mount', '--propagation', 'private', '--', '/bin/sh', '-c', mount])
    return 'overlayfs'
  } catch {
    return 'native'
  }
}

function containerdConfig(paths: ClusterPaths, cni: string, snapshotter: Snapshotter): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"'
  return [
    'version = 2',
    `root = "${paths.containerd}/root"`,
    `state = "${paths.containerd}/state"`,
    'disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]',
    '[grpc]',
    `address = "${paths.containerdSocket}"`,
    `[${cri}]`,
    `sandbox_image = "${PAUSE_IMAGE}"`,
    // A sandbox wants a lower score than its parent, which takes a capability that this machine may not give.
    'restrict_oom_score_adj = true',
    'netns_mounts_under_state_dir = true',
    'max_concurrent_downloads = 1',
    `[${cri}.containerd]`,
    `snapshotter = "${snapshotter}"`,
    `[${cri}.containerd.runtimes.runc]`,
    'runtime_type = "io.containerd.runc.v2"',
    `[${cri}.containerd.runtimes.runc.options]`,
    'SystemdCgroup = false',
    `[${cri}.cni]`,
    `bin_dir = "${cniPlugins() ?? '/opt/cni/bin'}"`,
    `conf_dir = "${cni}"`,
    '',
  ].join('\n')
}

function podNetwork({ podCidr }: Network): unknown {
  const ipam = { type: 'host-local', ranges: [[{ subnet: podCidr }]], routes: [{ dst: '0.0.0.0/0' }] }
  const bridge = { type: 'bridge', bridge: 'pods', isGateway: true, ipMasq: true, hairpinMode: true, ipam }
  return { cniVersion: '0.4.0', name: 'pods', plugins: [bridge, { type: 'portmap', capabilities: { portMappings: true } }] }
}
