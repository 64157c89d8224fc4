<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>poseforge</name>
    <message>
        <source>A file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>A folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>A gesture in a minute</source>
        <translation>一分钟做出一个手势</translation>
    </message>
    <message>
        <source>A project, or poses in any format</source>
        <translation>工程，或任意格式的姿态</translation>
    </message>
    <message>
        <source>A weighted mean of the neighbours; rounds quick strokes (Gauss).</source>
        <translation>取相邻帧的加权平均；快速动作会变圆滑（高斯）。</translation>
    </message>
    <message>
        <source>About PoseForge</source>
        <translation>关于 PoseForge</translation>
    </message>
    <message>
        <source>Add a track</source>
        <translation>添加轨道</translation>
    </message>
    <message>
        <source>Add a track for gestures</source>
        <translation>添加手势轨道</translation>
    </message>
    <message>
        <source>Add a track for points</source>
        <translation>添加点轨道</translation>
    </message>
    <message>
        <source>All frames</source>
        <translation>所有帧</translation>
    </message>
    <message>
        <source>All joints</source>
        <translation>所有关节</translation>
    </message>
    <message>
        <source>All shortcuts are as they came.</source>
        <translation>所有快捷键已恢复默认。</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Arms and fingers follow, bones keep length</source>
        <translation>手臂和手指跟随移动，骨骼长度不变</translation>
    </message>
    <message>
        <source>At the current frame</source>
        <translation>在当前帧</translation>
    </message>
    <message>
        <source>Auto-key</source>
        <translation>自动关键帧</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>处理前</translation>
    </message>
    <message>
        <source>Bend a finger</source>
        <translation>弯曲一根手指</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>身体</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>叠加</translation>
    </message>
    <message>
        <source>Both hands</source>
        <translation>双手</translation>
    </message>
    <message>
        <source>Both, the file dashed</source>
        <translation>叠加，虚线为文件</translation>
    </message>
    <message>
        <source>By a pixel</source>
        <translation>移动一个像素</translation>
    </message>
    <message>
        <source>Changed. The new keys work at once.</source>
        <translation>已更改，新快捷键立即生效。</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Check the poses</source>
        <translation>检查姿态</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Clean</source>
        <translation>清理</translation>
    </message>
    <message>
        <source>Clean up</source>
        <translation>综合清理</translation>
    </message>
    <message>
        <source>Clear in and out</source>
        <translation>清除入点和出点</translation>
    </message>
    <message>
        <source>Clear in and out point</source>
        <translation>清除入点和出点</translation>
    </message>
    <message>
        <source>Click a hand of the performer. Click twice for a finger.</source>
        <translation>单击人物的一只手。双击选中一根手指。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the loop</source>
        <translation>首尾衔接</translation>
    </message>
    <message>
        <source>Collecting…</source>
        <translation>正在收集…</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Compare with a file</source>
        <translation>与文件比较</translation>
    </message>
    <message>
        <source>Compare with a file…</source>
        <translation>与文件比较…</translation>
    </message>
    <message>
        <source>Compare with a folder</source>
        <translation>与文件夹比较</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>Convert many files…</source>
        <translation>批量转换文件…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Cutoff at rest, Hz</source>
        <translation>静止时截止频率（Hz）</translation>
    </message>
    <message>
        <source>Cutoff gained with speed</source>
        <translation>截止频率随速度的增量</translation>
    </message>
    <message>
        <source>Cutoff of the speed, Hz</source>
        <translation>速度的截止频率（Hz）</translation>
    </message>
    <message>
        <source>Cutoff, Hz</source>
        <translation>截止频率（Hz）</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete keys</source>
        <translation>删除关键帧</translation>
    </message>
    <message>
        <source>Delete the clip</source>
        <translation>删除片段</translation>
    </message>
    <message>
        <source>Delete the marker</source>
        <translation>删除标记</translation>
    </message>
    <message>
        <source>Distance, % of the canvas</source>
        <translation>距离（画布的 %）</translation>
    </message>
    <message>
        <source>Distance, pixels</source>
        <translation>距离（像素）</translation>
    </message>
    <message>
        <source>Distances</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Double-click a command, then press its new keys.</source>
        <translation>双击一个命令，然后按下新的快捷键。</translation>
    </message>
    <message>
        <source>Drag a gesture from the library onto the timeline, or double-click it.</source>
        <translation>把库中的一个手势拖到时间线上，或双击它。</translation>
    </message>
    <message>
        <source>Drag a slider of a finger here, or a fingertip on the canvas. Whatever you do, {keys} takes it back.</source>
        <translation>在这里拖动手指的滑块，或在画布上拖动指尖。任何操作都可以用 {keys} 撤销。</translation>
    </message>
    <message>
        <source>Drag along the timeline, or press {keys}, until you see the gesture.</source>
        <translation>在时间线上拖动，或按 {keys}，直到看到手势。</translation>
    </message>
    <message>
        <source>EchoMimicV2 draws nothing but hands: put a gesture on the timeline.</source>
        <translation>EchoMimicV2 只绘制双手：请在时间线上放一个手势。</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Edits make keys; else edits off a key are refused</source>
        <translation>编辑时自动添加关键帧；关闭后，只能在关键帧上编辑</translation>
    </message>
    <message>
        <source>Error: {what}</source>
        <translation>错误：{what}</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Exchange hands back</source>
        <translation>换回左右手</translation>
    </message>
    <message>
        <source>Exchanged hands, outliers, gaps and trembling, all in one. Begin with this.</source>
        <translation>一次处理左右手互换、离群点、缺失和抖动。建议先用它。</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>面部</translation>
    </message>
    <message>
        <source>Feet</source>
        <translation>双脚</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Fill gaps</source>
        <translation>填补缺失</translation>
    </message>
    <message>
        <source>Fill to the speech</source>
        <translation>填充到语音结束</translation>
    </message>
    <message>
        <source>Filter: {name}</source>
        <translation>滤镜：{name}</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>滤镜</translation>
    </message>
    <message>
        <source>Filters clean poses that were detected or imported; this project has none on an open track. What is made of gestures and keys is clean already.</source>
        <translation>滤镜用于清理检测或导入的姿态；本工程的未锁定轨道上没有这样的姿态。由手势和关键帧制作的动作本来就是干净的。</translation>
    </message>
    <message>
        <source>Filters…</source>
        <translation>滤镜…</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>Find a command…</source>
        <translation>查找命令…</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Findings: {count}</source>
        <translation>发现 {count} 个问题</translation>
    </message>
    <message>
        <source>Fingers keep their length; flicker goes.</source>
        <translation>手指长度保持不变，消除闪烁。</translation>
    </message>
    <message>
        <source>Fit the view</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Flicker of bones, %</source>
        <translation>骨骼闪烁（%）</translation>
    </message>
    <message>
        <source>Follows the movement closely (Savitzky-Golay).</source>
        <translation>紧贴原动作（Savitzky-Golay）。</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Frames before and after, faintly</source>
        <translation>淡淡显示前后的帧</translation>
    </message>
    <message>
        <source>Framing guides</source>
        <translation>构图参考线</translation>
    </message>
    <message>
        <source>From in to out point ({first} to {last})</source>
        <translation>入点到出点（{first} 至 {last}）</translation>
    </message>
    <message>
        <source>Gap of the loop, % of the canvas</source>
        <translation>首尾差距（画布的 %）</translation>
    </message>
    <message>
        <source>Gestures</source>
        <translation>手势</translation>
    </message>
    <message>
        <source>Gestures for the speech…</source>
        <translation>为语音生成手势…</translation>
    </message>
    <message>
        <source>Gestures return to rest by themselves; only detected poses have a loop to close.</source>
        <translation>手势会自行回到静止姿势；只有检测到的姿态需要首尾衔接。</translation>
    </message>
    <message>
        <source>Go through time</source>
        <translation>浏览时间</translation>
    </message>
    <message>
        <source>Hand and body pose sequences for EchoMimicV2, made by hand.
Free software under the Apache License 2.0, with no warranty.</source>
        <translation>为 EchoMimicV2 亲手制作手部和身体姿态序列。
自由软件，采用 Apache 2.0 许可证，不提供任何担保。</translation>
    </message>
    <message>
        <source>Hand close-up</source>
        <translation>手部特写</translation>
    </message>
    <message>
        <source>Hand shape</source>
        <translation>手形</translation>
    </message>
    <message>
        <source>Hand shape {number}</source>
        <translation>手形 {number}</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Hide joints</source>
        <translation>隐藏关节</translation>
    </message>
    <message>
        <source>Import poses…</source>
        <translation>导入姿态…</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>It is built on:</source>
        <translation>基于以下软件：</translation>
    </message>
    <message>
        <source>Jitter, % of the canvas</source>
        <translation>抖动（画布的 %）</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Joints</source>
        <translation>关节</translation>
    </message>
    <message>
        <source>Key the selected joints</source>
        <translation>为所选关节添加关键帧</translation>
    </message>
    <message>
        <source>Key the whole pose</source>
        <translation>为整个姿态添加关键帧</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Largest jump, % of the canvas</source>
        <translation>最大跳动（画布的 %）</translation>
    </message>
    <message>
        <source>Left and right hand are exchanged</source>
        <translation>左右手互换了</translation>
    </message>
    <message>
        <source>Left and right hands that the detector mixed up are put right.</source>
        <translation>把检测器弄混的左右手换回来。</translation>
    </message>
    <message>
        <source>Left for right, of the pose or the clip</source>
        <translation>左右互换姿态或片段</translation>
    </message>
    <message>
        <source>Left hand</source>
        <translation>左手</translation>
    </message>
    <message>
        <source>Length and rate…</source>
        <translation>长度和帧率…</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>库</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Load reference picture…</source>
        <translation>载入参考图片…</translation>
    </message>
    <message>
        <source>Load reference video…</source>
        <translation>载入参考视频…</translation>
    </message>
    <message>
        <source>Load speech…</source>
        <translation>载入语音…</translation>
    </message>
    <message>
        <source>Longest gap, seconds</source>
        <translation>最长缺失（秒）</translation>
    </message>
    <message>
        <source>Looks around, seconds</source>
        <translation>参考范围（秒）</translation>
    </message>
    <message>
        <source>Looks back only, so it lags a little (1 Euro).</source>
        <translation>只参考之前的帧，因此略有延迟（1 Euro）。</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>循环</translation>
    </message>
    <message>
        <source>Lost at the beginning or the end, where nothing tells its way: cut these frames off.</source>
        <translation>手在开头或结尾丢失，无从推断其位置：请裁掉这些帧。</translation>
    </message>
    <message>
        <source>Lost for too long to guess its way: put a gesture there.</source>
        <translation>丢失时间过长，无法推断：请在此处放一个手势。</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Mirror the clip</source>
        <translation>镜像片段</translation>
    </message>
    <message>
        <source>Mirror the pose</source>
        <translation>镜像姿态</translation>
    </message>
    <message>
        <source>Missing points, %</source>
        <translation>缺失的点（%）</translation>
    </message>
    <message>
        <source>Motion trails</source>
        <translation>运动轨迹</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Move the hand into the picture, or leave it if it should not be seen.</source>
        <translation>把手移入画面；如果本就不该看到它，可以不管。</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建工程</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>新建工程…</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Next finding</source>
        <translation>下一个问题</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>下一帧</translation>
    </message>
    <message>
        <source>Next key</source>
        <translation>下一个关键帧</translation>
    </message>
    <message>
        <source>Next marker</source>
        <translation>下一个标记</translation>
    </message>
    <message>
        <source>No enabled track shows these frames.</source>
        <translation>没有启用的轨道显示这些帧。</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>清除快捷键</translation>
    </message>
    <message>
        <source>No open track holds these joints: unlock one, or add one.</source>
        <translation>没有可编辑的轨道包含这些关节：请解锁或添加一条轨道。</translation>
    </message>
    <message>
        <source>Noise that may stay, canvas widths</source>
        <translation>允许保留的噪声（画布宽度）</translation>
    </message>
    <message>
        <source>Not checked yet.</source>
        <translation>尚未检查。</translation>
    </message>
    <message>
        <source>Nothing is wrong with these poses.</source>
        <translation>这些姿态没有问题。</translation>
    </message>
    <message>
        <source>Nothing was copied yet.</source>
        <translation>还没有复制任何内容。</translation>
    </message>
    <message>
        <source>Nudge</source>
        <translation>微移</translation>
    </message>
    <message>
        <source>Nudge down</source>
        <translation>向下微移</translation>
    </message>
    <message>
        <source>Nudge left</source>
        <translation>向左微移</translation>
    </message>
    <message>
        <source>Nudge right</source>
        <translation>向右微移</translation>
    </message>
    <message>
        <source>Nudge up</source>
        <translation>向上微移</translation>
    </message>
    <message>
        <source>On the track “{name}”</source>
        <translation>在轨道“{name}”上</translation>
    </message>
    <message>
        <source>Onion skin</source>
        <translation>洋葱皮</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>阶数</translation>
    </message>
    <message>
        <source>Over the last seconds</source>
        <translation>在最后几秒内</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部位</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Paste flipped</source>
        <translation>翻转粘贴</translation>
    </message>
    <message>
        <source>Pick a gesture</source>
        <translation>选一个手势</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play it</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>点</translation>
    </message>
    <message>
        <source>Points far off their path become missing.</source>
        <translation>远离轨迹的点会被去掉。</translation>
    </message>
    <message>
        <source>Pose</source>
        <translation>姿态</translation>
    </message>
    <message>
        <source>Pose map</source>
        <translation>姿态图</translation>
    </message>
    <message>
        <source>Pose map on the canvas</source>
        <translation>在画布上显示姿态图</translation>
    </message>
    <message>
        <source>Poses of any format, onto a track</source>
        <translation>把任意格式的姿态放到轨道上</translation>
    </message>
    <message>
        <source>Press the new keys; Esc leaves them.</source>
        <translation>请按下新的快捷键；按 Esc 保持不变。</translation>
    </message>
    <message>
        <source>Press {keys}, and again to stop.</source>
        <translation>按 {keys} 播放，再按一次停止。</translation>
    </message>
    <message>
        <source>Previous finding</source>
        <translation>上一个问题</translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation>上一帧</translation>
    </message>
    <message>
        <source>Previous key</source>
        <translation>上一个关键帧</translation>
    </message>
    <message>
        <source>Previous marker</source>
        <translation>上一个标记</translation>
    </message>
    <message>
        <source>Python {python}, Qt {qt}, on {system}</source>
        <translation>Python {python}，Qt {qt}，系统 {system}</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Reference picture</source>
        <translation>参考图片</translation>
    </message>
    <message>
        <source>Remove outliers</source>
        <translation>去除离群点</translation>
    </message>
    <message>
        <source>Remove the track</source>
        <translation>移除轨道</translation>
    </message>
    <message>
        <source>Remove trembling</source>
        <translation>去除抖动</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Repair all</source>
        <translation>全部修复</translation>
    </message>
    <message>
        <source>Repair brings them between 0 and 1.</source>
        <translation>修复会把它们调整到 0 到 1 之间。</translation>
    </message>
    <message>
        <source>Repair draws the way across the jump anew.</source>
        <translation>修复会重新绘制跳动处的轨迹。</translation>
    </message>
    <message>
        <source>Repair exchanges them back.</source>
        <translation>修复会把它们换回来。</translation>
    </message>
    <message>
        <source>Repair fills the gap from the frames before and after it.</source>
        <translation>修复会根据前后的帧填补缺失。</translation>
    </message>
    <message>
        <source>Repair removes the noise and keeps the movement.</source>
        <translation>修复会去除噪声，保留动作。</translation>
    </message>
    <message>
        <source>Repair: {what}</source>
        <translation>修复：{what}</translation>
    </message>
    <message>
        <source>Repeat what is there until the speech ends</source>
        <translation>重复现有内容，直到语音结束</translation>
    </message>
    <message>
        <source>Report a problem</source>
        <translation>报告问题</translation>
    </message>
    <message>
        <source>Report a problem…</source>
        <translation>报告问题…</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>Right hand</source>
        <translation>右手</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Save the report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Search commands and keys</source>
        <translation>搜索命令和快捷键</translation>
    </message>
    <message>
        <source>Search commands and keys…</source>
        <translation>搜索命令和快捷键…</translation>
    </message>
    <message>
        <source>See what the model sees</source>
        <translation>看看模型所见</translation>
    </message>
    <message>
        <source>Select a clip to split.</source>
        <translation>请选择要分割的片段。</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select joints first.</source>
        <translation>请先选择关节。</translation>
    </message>
    <message>
        <source>Select keys or a clip to delete; H hides joints.</source>
        <translation>请选择要删除的关键帧或片段；按 H 隐藏关节。</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Set a marker</source>
        <translation>添加标记</translation>
    </message>
    <message>
        <source>Set the in point</source>
        <translation>设置入点</translation>
    </message>
    <message>
        <source>Set the out point</source>
        <translation>设置出点</translation>
    </message>
    <message>
        <source>Shape alone, % of the canvas</source>
        <translation>仅形状（画布的 %）</translation>
    </message>
    <message>
        <source>Short gaps are filled along a smooth curve.</source>
        <translation>沿平滑曲线填补短暂的缺失。</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show joints</source>
        <translation>显示关节</translation>
    </message>
    <message>
        <source>Show the body</source>
        <translation>显示身体</translation>
    </message>
    <message>
        <source>Show the face</source>
        <translation>显示面部</translation>
    </message>
    <message>
        <source>Show the hands</source>
        <translation>显示双手</translation>
    </message>
    <message>
        <source>Show the poses as they were before the repair, until it is clicked again</source>
        <translation>显示修复前的姿态，再次单击恢复</translation>
    </message>
    <message>
        <source>Show the poses without the filter, until it is clicked again</source>
        <translation>显示未加滤镜的姿态，再次单击恢复</translation>
    </message>
    <message>
        <source>Skip the tour</source>
        <translation>跳过导览</translation>
    </message>
    <message>
        <source>Smooth: as if live</source>
        <translation>平滑：实时式</translation>
    </message>
    <message>
        <source>Smooth: low-pass</source>
        <translation>平滑：低通</translation>
    </message>
    <message>
        <source>Smooth: polynomial</source>
        <translation>平滑：多项式</translation>
    </message>
    <message>
        <source>Smooth: soft</source>
        <translation>平滑：柔和</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑方式</translation>
    </message>
    <message>
        <source>Something went wrong: {what}. Your work is not lost; please use Help &gt; Report a problem.</source>
        <translation>出现意外错误：{what}。您的工作没有丢失；请使用“帮助 &gt; 报告问题”。</translation>
    </message>
    <message>
        <source>Split the clip</source>
        <translation>分割片段</translation>
    </message>
    <message>
        <source>Steady the bones</source>
        <translation>稳定骨骼</translation>
    </message>
    <message>
        <source>Take a hand</source>
        <translation>选一只手</translation>
    </message>
    <message>
        <source>Takes off as much noise as there is; quick strokes stay quick.</source>
        <translation>有多少噪声就去除多少；快速动作依然迅速。</translation>
    </message>
    <message>
        <source>Ten frames back</source>
        <translation>后退十帧</translation>
    </message>
    <message>
        <source>Ten frames on</source>
        <translation>前进十帧</translation>
    </message>
    <message>
        <source>The clip “{name}” shows this: move, trim or replace it.</source>
        <translation>这些帧来自片段“{name}”：请移动、裁剪或替换它。</translation>
    </message>
    <message>
        <source>The end leads into the beginning, so that it can be repeated.</source>
        <translation>结尾衔接到开头，以便循环播放。</translation>
    </message>
    <message>
        <source>The file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>The language changes when PoseForge is started again.</source>
        <translation>重新启动 PoseForge 后语言生效。</translation>
    </message>
    <message>
        <source>The last frame leads into the first</source>
        <translation>最后一帧衔接到第一帧</translation>
    </message>
    <message>
        <source>The project</source>
        <translation>工程</translation>
    </message>
    <message>
        <source>The project changed meanwhile; repair again.</source>
        <translation>工程在此期间有改动；请再次修复。</translation>
    </message>
    <message>
        <source>The project has {ours} frames, the file {theirs}; the rest is left out.</source>
        <translation>工程有 {ours} 帧，文件有 {theirs} 帧；多出的部分不比较。</translation>
    </message>
    <message>
        <source>The report was saved as {name}.</source>
        <translation>报告已保存为 {name}。</translation>
    </message>
    <message>
        <source>The selected hand, with its wrist held still</source>
        <translation>放大所选的手，手腕固定不动</translation>
    </message>
    <message>
        <source>The selected joints ({count})</source>
        <translation>所选关节（{count} 个）</translation>
    </message>
    <message>
        <source>The selected joints are not drawn from this frame on</source>
        <translation>从这一帧起不再绘制所选关节</translation>
    </message>
    <message>
        <source>The selected keys, clip or marker</source>
        <translation>所选的关键帧、片段或标记</translation>
    </message>
    <message>
        <source>The selected keys, or else the pose of the selected joints</source>
        <translation>所选的关键帧；没有时则为所选关节的姿态</translation>
    </message>
    <message>
        <source>The shape alone: after the file's pose was turned, scaled and moved onto the project's</source>
        <translation>仅形状：先把文件的姿态旋转、缩放、移动到工程的姿态上再比较</translation>
    </message>
    <message>
        <source>The track “{name}” is locked; unlock it to repair it.</source>
        <translation>轨道“{name}”已锁定；解锁后才能修复。</translation>
    </message>
    <message>
        <source>The track “{name}” is posed with keys: change these.</source>
        <translation>轨道“{name}”由关键帧控制：请修改关键帧。</translation>
    </message>
    <message>
        <source>The way of the selected joints</source>
        <translation>所选关节的运动路径</translation>
    </message>
    <message>
        <source>There is no key at this frame, and auto-key is off: set a key first (K).</source>
        <translation>这一帧没有关键帧，且自动关键帧已关闭：请先添加关键帧（K）。</translation>
    </message>
    <message>
        <source>There is none beyond this frame.</source>
        <translation>这一帧之外没有了。</translation>
    </message>
    <message>
        <source>There is nothing to repair.</source>
        <translation>没有需要修复的内容。</translation>
    </message>
    <message>
        <source>They are drawn black over other strokes; repair gives them a score.</source>
        <translation>它们会以黑色盖住其他线条；修复会给它们赋予置信度。</translation>
    </message>
    <message>
        <source>This is a performer, made for EchoMimicV2. Let us give it a gesture. You can leave the tour at any time.</source>
        <translation>这是为 EchoMimicV2 准备的人物。我们来给它加一个手势。您可以随时退出导览。</translation>
    </message>
    <message>
        <source>This is the exact pose map that the model will get. It follows all that you do.</source>
        <translation>这就是模型将得到的姿态图，与您的每一步操作完全同步。</translation>
    </message>
    <message>
        <source>This writes a zip file that helps to find a fault. It holds exactly what you see below: versions, settings and the log. No poses, no pictures, no sound; places of files and names are left out. Nothing is sent.</source>
        <translation>这会生成一个有助于查找故障的 zip 文件，内容与下面所见完全一致：版本、设置和日志。不含姿态、图片和声音；文件路径和姓名已去除。不会发送任何内容。</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>To the in point</source>
        <translation>到入点</translation>
    </message>
    <message>
        <source>To the out point</source>
        <translation>到出点</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Tour</source>
        <translation>导览</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>播放控制</translation>
    </message>
    <message>
        <source>Turn the selected joints about the wrist</source>
        <translation>绕手腕旋转所选关节</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用它</translation>
    </message>
    <message>
        <source>Use them here instead</source>
        <translation>改用于此命令</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Warning: {what}</source>
        <translation>警告：{what}</translation>
    </message>
    <message>
        <source>What is quicker than a frequency goes; used in biomechanics (Butterworth).</source>
        <translation>去除高于某一频率的变化；常用于生物力学（Butterworth）。</translation>
    </message>
    <message>
        <source>What is this?</source>
        <translation>这是什么？</translation>
    </message>
    <message>
        <source>What is wrong with the poses: jumps, lost or exchanged hands, hands outside the picture. Click a line to go there, then repair it with one click.</source>
        <translation>姿态中的问题：跳动、手丢失或左右互换、手在画面之外。单击一行跳到该处，再一键修复。</translation>
    </message>
    <message>
        <source>What the model sees, over the skeleton</source>
        <translation>在骨架上叠加模型所见的画面</translation>
    </message>
    <message>
        <source>Where EchoMimicV2 expects the body</source>
        <translation>EchoMimicV2 期望的身体位置</translation>
    </message>
    <message>
        <source>Width, seconds</source>
        <translation>宽度（秒）</translation>
    </message>
    <message>
        <source>Window, seconds</source>
        <translation>窗口（秒）</translation>
    </message>
    <message>
        <source>With left and right exchanged</source>
        <translation>左右互换后粘贴</translation>
    </message>
    <message>
        <source>Zip files (*.zip)</source>
        <translation>Zip 文件 (*.zip)</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>after</source>
        <translation>处理后</translation>
    </message>
    <message>
        <source>as if live</source>
        <translation>实时式</translation>
    </message>
    <message>
        <source>as much as there is noise</source>
        <translation>按噪声大小</translation>
    </message>
    <message>
        <source>before</source>
        <translation>处理前</translation>
    </message>
    <message>
        <source>low-pass</source>
        <translation>低通</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>polynomial</source>
        <translation>多项式</translation>
    </message>
    <message>
        <source>soft</source>
        <translation>柔和</translation>
    </message>
    <message>
        <source>{command} (on)</source>
        <translation>{command}（已开启）</translation>
    </message>
    <message>
        <source>{hand}: impossible scores</source>
        <translation>{hand}：置信度异常</translation>
    </message>
    <message>
        <source>{hand}: is in no frame</source>
        <translation>{hand}：所有帧中都没有</translation>
    </message>
    <message>
        <source>{hand}: is lost</source>
        <translation>{hand}：丢失</translation>
    </message>
    <message>
        <source>{hand}: is outside the picture</source>
        <translation>{hand}：在画面之外</translation>
    </message>
    <message>
        <source>{hand}: jumps between two frames</source>
        <translation>{hand}：两帧之间跳动</translation>
    </message>
    <message>
        <source>{hand}: points without a score</source>
        <translation>{hand}：有点缺少置信度</translation>
    </message>
    <message>
        <source>{hand}: trembles</source>
        <translation>{hand}：抖动</translation>
    </message>
    <message>
        <source>{keys} writes it for EchoMimicV2 and others. Help &gt; Tour shows this again.</source>
        <translation>按 {keys} 导出给 EchoMimicV2 等使用。“帮助 &gt; 导览”可以再次观看。</translation>
    </message>
    <message>
        <source>{name} cannot be written: {why}</source>
        <translation>无法写入 {name}：{why}</translation>
    </message>
    <message>
        <source>{name} holds no person.</source>
        <translation>{name} 中没有人物。</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} / {count}</translation>
    </message>
    <message>
        <source>{what} · frame {first}</source>
        <translation>{what} · 第 {first} 帧</translation>
    </message>
    <message>
        <source>{what} · frames {first} to {last}</source>
        <translation>{what} · 第 {first} 至 {last} 帧</translation>
    </message>
    <message>
        <source>“{command}” has {keys} already.</source>
        <translation>“{command}”已使用 {keys}。</translation>
    </message>
</context>
</TS>
