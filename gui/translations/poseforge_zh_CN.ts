<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>poseforge</name>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>A camera; or write the path of a video: it is played over and over, and from its beginning for a take</source>
        <translation>摄像头；也可以写一个视频的路径：它会循环播放，录制时从头开始</translation>
    </message>
    <message>
        <source>A click or Enter ends it, Esc takes it back</source>
        <translation>单击或按 Enter 完成，按 Esc 取消</translation>
    </message>
    <message>
        <source>A clip at speed 0 would never move: hold its end instead.</source>
        <translation>速度为 0 的片段不会动：请改用“保持末帧”。</translation>
    </message>
    <message>
        <source>A cut at frame {frame}: {names} begins or ends there without a blend.</source>
        <translation>第 {frame} 帧处是硬切：{names} 在此开始或结束，没有过渡。</translation>
    </message>
    <message>
        <source>A detector looks at every picture and finds body, hands and face of the people in it.</source>
        <translation>检测器逐张查看画面，找出其中人物的身体、双手和脸。</translation>
    </message>
    <message>
        <source>A file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>A folder of poses, with a file for each frame</source>
        <translation>姿态文件夹，每帧一个文件</translation>
    </message>
    <message>
        <source>A folder with a file for each frame, onto a track</source>
        <translation>每帧一个文件的文件夹，导入到轨道</translation>
    </message>
    <message>
        <source>A folder, or a pattern such as {example}</source>
        <translation>文件夹，或类似 {example} 的通配符</translation>
    </message>
    <message>
        <source>A folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>A frame earlier</source>
        <translation>提前一帧</translation>
    </message>
    <message>
        <source>A frame later</source>
        <translation>推后一帧</translation>
    </message>
    <message>
        <source>A gesture in a minute</source>
        <translation>一分钟做出一个手势</translation>
    </message>
    <message>
        <source>A hand of points turns in the picture only.</source>
        <translation>由点组成的手只能在画面内旋转。</translation>
    </message>
    <message>
        <source>A hand shape is made of the selected hand, a gesture of the selected clip or of what is from in to out point.</source>
        <translation>手形取自所选的手，手势取自所选片段或入点到出点之间的内容。</translation>
    </message>
    <message>
        <source>A hand that is missing is put on its wrist.</source>
        <translation>缺失的手会接到手腕上。</translation>
    </message>
    <message>
        <source>A hand that is missing is put on its wrist. A click on a shape gives it.</source>
        <translation>缺失的手会接到手腕上。点击一个手形即可应用。</translation>
    </message>
    <message>
        <source>A job is at work; stop it first.</source>
        <translation>有任务正在进行；请先停止它。</translation>
    </message>
    <message>
        <source>A key</source>
        <translation>关键帧</translation>
    </message>
    <message>
        <source>A mirror image would not lie under its poses.</source>
        <translation>镜像画面无法与姿态重合。</translation>
    </message>
    <message>
        <source>A new project for EchoMimicV2: the middle, 768 x 768</source>
        <translation>EchoMimicV2 用的新项目：取画面中间，768 x 768</translation>
    </message>
    <message>
        <source>A new project of the size of these pictures</source>
        <translation>新项目，大小与画面相同</translation>
    </message>
    <message>
        <source>A number for each way of breathing and drifting; off holds perfectly still</source>
        <translation>每个数字对应一种呼吸和晃动方式；关闭后完全静止</translation>
    </message>
    <message>
        <source>A performer at rest, who breathes</source>
        <translation>静息的人物，会呼吸</translation>
    </message>
    <message>
        <source>A performer who stands still</source>
        <translation>静止站立的人物</translation>
    </message>
    <message>
        <source>A performer's hands take a shape at this frame: press 1 to 9, or choose one in the Inspector.</source>
        <translation>人物的手在当前帧取手形：按 1 到 9，或在“属性”面板中选择。</translation>
    </message>
    <message>
        <source>A project, or poses in any format</source>
        <translation>项目，或任意格式的姿态</translation>
    </message>
    <message>
        <source>A reference picture, if you have one</source>
        <translation>参考图片（可不填）</translation>
    </message>
    <message>
        <source>A row is</source>
        <translation>每一行表示</translation>
    </message>
    <message>
        <source>A shorter project loses what is after the end; a longer one rests there.</source>
        <translation>缩短项目会丢掉结尾之后的内容；加长的部分为静息姿态。</translation>
    </message>
    <message>
        <source>A track of this project, from frame {frame} on</source>
        <translation>本项目的一条轨道，从第 {frame} 帧开始</translation>
    </message>
    <message>
        <source>A video, a picture or a folder of pictures</source>
        <translation>视频、图片或图片文件夹</translation>
    </message>
    <message>
        <source>A weighted mean of the neighbours; rounds quick strokes (Gauss).</source>
        <translation>取相邻帧的加权平均；快速动作会变圆滑（高斯）。</translation>
    </message>
    <message>
        <source>AMASS (SMPL-H, SMPL-X)</source>
        <translation>AMASS（SMPL-H、SMPL-X）</translation>
    </message>
    <message>
        <source>Abduct</source>
        <translation>外展</translation>
    </message>
    <message>
        <source>About PoseForge</source>
        <translation>关于 PoseForge</translation>
    </message>
    <message>
        <source>Above 1 for a preview: the frames between are left out</source>
        <translation>大于 1 用于预览：略去其间的帧</translation>
    </message>
    <message>
        <source>Accelerated</source>
        <translation>加速</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>横向</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>Add a key</source>
        <translation>添加关键帧</translation>
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
        <source>Add at frame {frame}</source>
        <translation>添加到第 {frame} 帧</translation>
    </message>
    <message>
        <source>Add mirrored</source>
        <translation>镜像后添加</translation>
    </message>
    <message>
        <source>Add poses: a gesture, a recording, a video or a pose file.</source>
        <translation>请添加姿态：手势、录制、视频或姿态文件。</translation>
    </message>
    <message>
        <source>Add to favourites</source>
        <translation>加入收藏</translation>
    </message>
    <message>
        <source>Add {name}</source>
        <translation>添加{name}</translation>
    </message>
    <message>
        <source>After its last frame</source>
        <translation>最后一帧之后</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>再来一遍</translation>
    </message>
    <message>
        <source>Again and again</source>
        <translation>反复循环</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>All files ({patterns})</source>
        <translation>所有文件 ({patterns})</translation>
    </message>
    <message>
        <source>All files of the folder {name} are opened together, one for each frame.</source>
        <translation>文件夹 {name} 中的所有文件会一起打开，每帧一个文件。</translation>
    </message>
    <message>
        <source>All files of the folder {name} are opened together: {count} frames.</source>
        <translation>文件夹 {name} 中的所有文件会一起打开：共 {count} 帧。</translation>
    </message>
    <message>
        <source>All frames</source>
        <translation>所有帧</translation>
    </message>
    <message>
        <source>All frames ({count})</source>
        <translation>所有帧（{count}）</translation>
    </message>
    <message>
        <source>All gestures</source>
        <translation>所有手势</translation>
    </message>
    <message>
        <source>All joints</source>
        <translation>所有关节</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>所有关键帧</translation>
    </message>
    <message>
        <source>All of the canvas, as large as there is room</source>
        <translation>显示整个画布，尽量放大</translation>
    </message>
    <message>
        <source>All of this lies before the project's first frame.</source>
        <translation>这些内容全都在项目的第一帧之前。</translation>
    </message>
    <message>
        <source>All shortcuts are as they came.</source>
        <translation>所有快捷键已恢复默认。</translation>
    </message>
    <message>
        <source>All tags</source>
        <translation>所有标签</translation>
    </message>
    <message>
        <source>AlphaPose JSON</source>
        <translation>AlphaPose JSON</translation>
    </message>
    <message>
        <source>Also where the hand is missing</source>
        <translation>手缺失的帧也包括在内</translation>
    </message>
    <message>
        <source>Animate</source>
        <translation>动画</translation>
    </message>
    <message>
        <source>Animate frames {first} to {last}, seed {seed}</source>
        <translation>动画：第 {first} 到 {last} 帧，种子 {seed}</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>GIF 动画</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>WebP 动画</translation>
    </message>
    <message>
        <source>Animating</source>
        <translation>正在生成动画</translation>
    </message>
    <message>
        <source>Another</source>
        <translation>换一组</translation>
    </message>
    <message>
        <source>Another number gives another take</source>
        <translation>换一个数字就得到另一条</translation>
    </message>
    <message>
        <source>Another picture</source>
        <translation>其他图片</translation>
    </message>
    <message>
        <source>Another picture, for this only</source>
        <translation>另选图片，仅用于此处</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>换一个种子</translation>
    </message>
    <message>
        <source>Another size</source>
        <translation>其他尺寸</translation>
    </message>
    <message>
        <source>Applied. Change something to go on.</source>
        <translation>已应用。更改一项设置即可继续。</translation>
    </message>
    <message>
        <source>Applies to</source>
        <translation>作用于</translation>
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
        <source>As at first</source>
        <translation>恢复初始布局</translation>
    </message>
    <message>
        <source>As in the project, {width} x {height}</source>
        <translation>与项目相同，{width} x {height}</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>As it is at frame {frame}</source>
        <translation>第 {frame} 帧时的样子</translation>
    </message>
    <message>
        <source>As it is done live, so it lags a little (1 Euro).</source>
        <translation>与实时处理相同，因此略有滞后（1 Euro）。</translation>
    </message>
    <message>
        <source>As it usually is</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>As people talk to each other</source>
        <translation>像人们平常交谈那样</translation>
    </message>
    <message>
        <source>As the file tells</source>
        <translation>由文件决定</translation>
    </message>
    <message>
        <source>As usual ({default})</source>
        <translation>默认（{default}）</translation>
    </message>
    <message>
        <source>At rest</source>
        <translation>静息</translation>
    </message>
    <message>
        <source>At the current frame</source>
        <translation>在当前帧</translation>
    </message>
    <message>
        <source>At this frame</source>
        <translation>仅当前帧</translation>
    </message>
    <message>
        <source>Auto-key</source>
        <translation>自动关键帧</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>BVH motion capture</source>
        <translation>BVH 动作捕捉</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Back to the hand at rest</source>
        <translation>恢复为放松的手</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>处理前</translation>
    </message>
    <message>
        <source>Begin again</source>
        <translation>从头重复</translation>
    </message>
    <message>
        <source>Begin with</source>
        <translation>初始内容</translation>
    </message>
    <message>
        <source>Begins again</source>
        <translation>从头重复</translation>
    </message>
    <message>
        <source>Bend a finger</source>
        <translation>弯曲一根手指</translation>
    </message>
    <message>
        <source>Bends the hand toward the palm</source>
        <translation>手向掌心方向弯曲</translation>
    </message>
    <message>
        <source>Bends the hand toward the thumb</source>
        <translation>手向拇指方向偏转</translation>
    </message>
    <message>
        <source>Best when the end resembles the start</source>
        <translation>适合首尾相似的动作</translation>
    </message>
    <message>
        <source>Beyond its end</source>
        <translation>结束之后</translation>
    </message>
    <message>
        <source>Blend in</source>
        <translation>淡入</translation>
    </message>
    <message>
        <source>Blend out</source>
        <translation>淡出</translation>
    </message>
    <message>
        <source>Blend the clip</source>
        <translation>调整片段的淡入淡出</translation>
    </message>
    <message>
        <source>Blend the clips</source>
        <translation>让片段过渡</translation>
    </message>
    <message>
        <source>Blends</source>
        <translation>过渡</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>身体</translation>
    </message>
    <message>
        <source>Body model</source>
        <translation>人体模型</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>双手</translation>
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
        <source>Breath and drift</source>
        <translation>呼吸与晃动</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Brings the poses to the person in the reference picture: shoulders on shoulders, hands where the hands are. The green lines are the person in the picture.</source>
        <translation>让姿态与参考图中的人物吻合：肩对肩，手在手的位置。绿色线条是图中的人物。</translation>
    </message>
    <message>
        <source>By a detector</source>
        <translation>由检测器识别</translation>
    </message>
    <message>
        <source>By a pixel</source>
        <translation>移动一个像素</translation>
    </message>
    <message>
        <source>By handles (Bézier)</source>
        <translation>用手柄（贝塞尔）</translation>
    </message>
    <message>
        <source>COCO-WholeBody JSON</source>
        <translation>COCO-WholeBody JSON</translation>
    </message>
    <message>
        <source>CSV table, a row for each frame</source>
        <translation>CSV 表格，每帧一行</translation>
    </message>
    <message>
        <source>CSV table, a row for each joint</source>
        <translation>CSV 表格，每个关节一行</translation>
    </message>
    <message>
        <source>Calm</source>
        <translation>平静</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>相机</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>采集</translation>
    </message>
    <message>
        <source>Change the clip's speed</source>
        <translation>更改片段的速度</translation>
    </message>
    <message>
        <source>Changed over the whole clip “{name}”: fully at this frame, less toward its ends. Pose it at another frame, too, and it moves in between.</source>
        <translation>整个片段“{name}”都已改变：在当前帧完全生效，越靠近两端越弱。再在另一帧调整姿态，两者之间就会动起来。</translation>
    </message>
    <message>
        <source>Changed under Timeline, Length and rate</source>
        <translation>在“时间线 &gt; 长度和帧率”中更改</translation>
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
        <source>Chinese name</source>
        <translation>中文名称</translation>
    </message>
    <message>
        <source>Chinese tags</source>
        <translation>中文标签</translation>
    </message>
    <message>
        <source>Choose a camera above, or a video. ⟳ looks for cameras again.</source>
        <translation>请在上面选择摄像头或视频。按 ⟳ 重新查找摄像头。</translation>
    </message>
    <message>
        <source>Choose a color…</source>
        <translation>选择颜色…</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Choose a folder of pose sequences.</source>
        <translation>请选择存放姿态序列的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder of sequences</source>
        <translation>选择序列文件夹</translation>
    </message>
    <message>
        <source>Choose a folder of sequences…</source>
        <translation>选择序列文件夹…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Choose a line to give its hand a shape.</source>
        <translation>选择一行，即可给那只手一个手形。</translation>
    </message>
    <message>
        <source>Choose a line to repair it alone.</source>
        <translation>选中一行即可单独修复。</translation>
    </message>
    <message>
        <source>Choose a take first.</source>
        <translation>请先选择一段录制。</translation>
    </message>
    <message>
        <source>Choose a take in the Animate panel.</source>
        <translation>请在“动画”面板中选择一条。</translation>
    </message>
    <message>
        <source>Choose a video</source>
        <translation>选择视频</translation>
    </message>
    <message>
        <source>Choose the picture of a person.</source>
        <translation>请选择一个人的图片。</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
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
        <source>Clean up outliers, jitter, short gaps and exchanged hands</source>
        <translation>清理异常点、抖动、短缺口和左右手互换</translation>
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
        <source>Clear the list</source>
        <translation>清空列表</translation>
    </message>
    <message>
        <source>Click a hand of the performer. A double-click takes the finger, a third click the hand.</source>
        <translation>点击表演者的一只手。双击选中手指，三击选中整只手。</translation>
    </message>
    <message>
        <source>Click to go to what was found.</source>
        <translation>单击跳到发现的问题。</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>片段</translation>
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
        <source>Color</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Color of the track</source>
        <translation>轨道的颜色</translation>
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
        <source>Compare the project with other poses: what it was made from, or the same scene by another detector. You see both at every frame, and how far they are apart.

Choose a file or a folder below.</source>
        <translation>将项目与其他姿态进行比较：例如制作前的原始姿态，或另一检测器对同一画面的结果。可逐帧查看两者，以及它们相差多少。

请在下方选择文件或文件夹。</translation>
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
        <source>Compare with before</source>
        <translation>与之前对比</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>Confidence {number}</source>
        <translation>置信度 {number}</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Convert many files</source>
        <translation>批量转换文件</translation>
    </message>
    <message>
        <source>Convert many files…</source>
        <translation>批量转换文件…</translation>
    </message>
    <message>
        <source>Convert {count} files into {folder}</source>
        <translation>把 {count} 个文件转换到 {folder}</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>正在转换</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Countdown</source>
        <translation>倒计时</translation>
    </message>
    <message>
        <source>Cover the canvas</source>
        <translation>铺满画布</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Crop as EchoMimicV2 does</source>
        <translation>按 EchoMimicV2 的方式裁剪</translation>
    </message>
    <message>
        <source>Curl</source>
        <translation>弯曲</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Curves that are shown</source>
        <translation>显示的曲线</translation>
    </message>
    <message>
        <source>Cut as EchoMimicV2 does</source>
        <translation>按 EchoMimicV2 的方式裁切</translation>
    </message>
    <message>
        <source>Cut picture</source>
        <translation>裁好的图片</translation>
    </message>
    <message>
        <source>Cut picture and pose as EchoMimicV2 does…</source>
        <translation>按 EchoMimicV2 的方式裁剪图片和姿态…</translation>
    </message>
    <message>
        <source>Cut to the square that EchoMimicV2 takes</source>
        <translation>裁成 EchoMimicV2 取用的方形</translation>
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
        <source>DWPose and RTMPose array (.npy)</source>
        <translation>DWPose 和 RTMPose 数组 (.npy)</translation>
    </message>
    <message>
        <source>DWPose and RTMPose arrays</source>
        <translation>DWPose 和 RTMPose 数组</translation>
    </message>
    <message>
        <source>DWPose: body, hands and face, dimmed by confidence</source>
        <translation>DWPose：身体、双手和面部，按置信度变暗</translation>
    </message>
    <message>
        <source>Degrees</source>
        <translation>角度</translation>
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
        <source>Delete this take and its video? This cannot be undone.</source>
        <translation>删除这一条及其视频？此操作无法撤销。</translation>
    </message>
    <message>
        <source>Detect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Detecting</source>
        <translation>正在检测</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>检测器</translation>
    </message>
    <message>
        <source>Detector jitter that is left alone, % of the canvas</source>
        <translation>不处理的检测抖动，画布的 %</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>丢弃</translation>
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
        <source>Do not show the track</source>
        <translation>不显示轨道</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Done: {title}</source>
        <translation>已完成：{title}</translation>
    </message>
    <message>
        <source>Double-click a command, then press its new keys.</source>
        <translation>双击一个命令，然后按下新的快捷键。</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>纵向</translation>
    </message>
    <message>
        <source>Downloads the published weights into the folder of models; what was interrupted goes on</source>
        <translation>把公开的权重下载到模型文件夹；中断的下载会接着进行</translation>
    </message>
    <message>
        <source>Drag a box around keys to select them.</source>
        <translation>拖出一个框来选择关键帧。</translation>
    </message>
    <message>
        <source>Drag a gesture from the library to here, or bend a finger on the canvas: it is keyed at the playhead.</source>
        <translation>把库中的手势拖到这里，或在画布上弯曲手指：会在播放头处记录关键帧。</translation>
    </message>
    <message>
        <source>Drag a rectangle to look at that part only.</source>
        <translation>拖出一个矩形，只检测该部分。</translation>
    </message>
    <message>
        <source>Drag a rectangle to look at that part only; a click takes it away.</source>
        <translation>拖出一个矩形，只检测该部分；单击可取消。</translation>
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
        <source>Drag the clip in time or to another track; double-click names it; Shift lets it snap to nothing.</source>
        <translation>拖动片段可改变时间或换到别的轨道；双击命名；按住 Shift 不吸附。</translation>
    </message>
    <message>
        <source>Drag the in point: the first frame that is played and exported.</source>
        <translation>拖动入点：播放和导出的第一帧。</translation>
    </message>
    <message>
        <source>Drag the marker; double-click names it.</source>
        <translation>拖动标记；双击命名。</translation>
    </message>
    <message>
        <source>Drag the out point: the last frame that is played and exported.</source>
        <translation>拖动出点：播放和导出的最后一帧。</translation>
    </message>
    <message>
        <source>Drag the selected keys in time; Ctrl adds to the selection.</source>
        <translation>拖动所选关键帧改变时间；按住 Ctrl 可加选。</translation>
    </message>
    <message>
        <source>Drag the track over or under others; double-click names it.</source>
        <translation>上下拖动轨道改变叠放顺序；双击命名。</translation>
    </message>
    <message>
        <source>Drag to go through the frames; double-click shows all of them; Ctrl and the wheel zoom.</source>
        <translation>拖动浏览各帧；双击显示全部；Ctrl 加滚轮缩放。</translation>
    </message>
    <message>
        <source>Drag to hear the speech where you are.</source>
        <translation>拖动可听到所在位置的语音。</translation>
    </message>
    <message>
        <source>Drag to set how many frames the clip takes to come in.</source>
        <translation>拖动设置片段淡入的帧数。</translation>
    </message>
    <message>
        <source>Drag to set how many frames the clip takes to go out.</source>
        <translation>拖动设置片段淡出的帧数。</translation>
    </message>
    <message>
        <source>Drag to set how much the track covers what lies below it.</source>
        <translation>拖动设置轨道覆盖下层内容的程度。</translation>
    </message>
    <message>
        <source>Drag to trim; with Ctrl to stretch.</source>
        <translation>拖动裁剪；按住 Ctrl 拉伸。</translation>
    </message>
    <message>
        <source>Drag to trim; with Ctrl to stretch; with Alt to loop.</source>
        <translation>拖动裁剪；按住 Ctrl 拉伸；按住 Alt 循环。</translation>
    </message>
    <message>
        <source>Drag with Alt to spread or gather the selected keys in time.</source>
        <translation>按住 Alt 拖动，可在时间上拉开或收紧所选关键帧。</translation>
    </message>
    <message>
        <source>Drag, with Shift finely; double-click to type a number</source>
        <translation>拖动调整，按住 Shift 微调；双击输入数字</translation>
    </message>
    <message>
        <source>Drag: both arms longer or shorter</source>
        <translation>拖动：双臂变长或变短</translation>
    </message>
    <message>
        <source>Drag: moves the whole person</source>
        <translation>拖动：移动整个人物</translation>
    </message>
    <message>
        <source>Drag: scales the selected joints about the wrist or their middle</source>
        <translation>拖动：绕手腕或中心缩放所选关节</translation>
    </message>
    <message>
        <source>Drag: the shoulders wider or narrower</source>
        <translation>拖动：肩膀变宽或变窄</translation>
    </message>
    <message>
        <source>Drag: the whole person larger or smaller</source>
        <translation>拖动：整个人物变大或变小</translation>
    </message>
    <message>
        <source>Drag: turns the selected joints. Ctrl: in steps of 15°</source>
        <translation>拖动：旋转所选关节。Ctrl：每次 15°</translation>
    </message>
    <message>
        <source>Drag: where the left hand rests, at a frame at which it does</source>
        <translation>拖动：左手静止的位置（会跳到左手静止的一帧）</translation>
    </message>
    <message>
        <source>Drag: where the right hand rests, at a frame at which it does</source>
        <translation>拖动：右手静止的位置（会跳到右手静止的一帧）</translation>
    </message>
    <message>
        <source>Drawn for</source>
        <translation>绘制风格</translation>
    </message>
    <message>
        <source>Drop a file of poses here, or choose one with File &gt; Import poses. Gestures can be dragged here, too.</source>
        <translation>把姿态文件拖到这里，或用“文件 &gt; 导入姿态”选择。手势也可以拖到这里。</translation>
    </message>
    <message>
        <source>Drop: it begins at frame {frame} and overlaps {others}.</source>
        <translation>松开：从第 {frame} 帧开始，与{others}重叠。</translation>
    </message>
    <message>
        <source>Drop: it begins at frame {frame} and overlaps {others}. With Alt it takes the place of {name}.</source>
        <translation>松开：从第 {frame} 帧开始，与{others}重叠。按住 Alt 则替换{name}。</translation>
    </message>
    <message>
        <source>Drop: it begins at frame {frame}.</source>
        <translation>松开：从第 {frame} 帧开始。</translation>
    </message>
    <message>
        <source>Eases</source>
        <translation>缓动</translation>
    </message>
    <message>
        <source>Easing</source>
        <translation>缓动</translation>
    </message>
    <message>
        <source>EchoMimicV2 animates one: keep one of them.</source>
        <translation>EchoMimicV2 只驱动一个人：请只保留其中一个。</translation>
    </message>
    <message>
        <source>EchoMimicV2 cannot tell their fingers apart: bring the person closer with Pose &gt; Fit to the picture.</source>
        <translation>EchoMimicV2 分不清手指：请用“姿态 &gt; 适配参考图”把人物放大。</translation>
    </message>
    <message>
        <source>EchoMimicV2 draws nothing but hands: give it a hand shape, which is put on its wrist, or add a gesture.</source>
        <translation>EchoMimicV2 只绘制手：请给它一个手形（会接到手腕上），或添加一个手势。</translation>
    </message>
    <message>
        <source>EchoMimicV2 makes the person in the picture speak and move as the poses do. It needs a picture, a speech and the weights; each result is a take, which is kept with its settings.</source>
        <translation>EchoMimicV2 让图片中的人按姿态说话和动作。它需要图片、语音和权重；每个结果是一条，连同设置一起保存。</translation>
    </message>
    <message>
        <source>EchoMimicV2 pose folder</source>
        <translation>EchoMimicV2 姿态文件夹</translation>
    </message>
    <message>
        <source>EchoMimicV2: hands only, as its pose encoder sees them</source>
        <translation>EchoMimicV2：只有双手，与模型所见一致</translation>
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
        <source>Ends slowly</source>
        <translation>慢慢结束</translation>
    </message>
    <message>
        <source>English name</source>
        <translation>英文名称</translation>
    </message>
    <message>
        <source>English tags</source>
        <translation>英文标签</translation>
    </message>
    <message>
        <source>Error: {what}</source>
        <translation>错误：{what}</translation>
    </message>
    <message>
        <source>Every curve as high as the others, to compare when they bend</source>
        <translation>所有曲线显示为同样高度，便于比较变化的时机</translation>
    </message>
    <message>
        <source>Every n-th frame</source>
        <translation>每隔几帧</translation>
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
        <source>Exchanged hands, outliers, gaps and jitter, all in one. Begin with this.</source>
        <translation>一次处理左右手互换、离群点、缺失和抖动。建议先用它。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export anyway</source>
        <translation>仍然导出</translation>
    </message>
    <message>
        <source>Export {name}</source>
        <translation>导出 {name}</translation>
    </message>
    <message>
        <source>Exported to {path}</source>
        <translation>已导出到 {path}</translation>
    </message>
    <message>
        <source>Exported to {path}. {result}</source>
        <translation>已导出到 {path}。{result}</translation>
    </message>
    <message>
        <source>Exports, conversions and slow filters run here while you go on.</source>
        <translation>导出、转换和耗时的滤镜在这里运行，您可以继续工作。</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Extend the clip</source>
        <translation>设置片段结束之后</translation>
    </message>
    <message>
        <source>F2 renames it</source>
        <translation>按 F2 重命名</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>面部</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Feet</source>
        <translation>双脚</translation>
    </message>
    <message>
        <source>Fetch them…</source>
        <translation>下载…</translation>
    </message>
    <message>
        <source>Fetch {name}</source>
        <translation>获取 {name}</translation>
    </message>
    <message>
        <source>Fetching</source>
        <translation>正在获取</translation>
    </message>
    <message>
        <source>Few, small gestures: news, lessons, customer service</source>
        <translation>手势少而小：新闻、课程、客服</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Files at a time</source>
        <translation>同时处理的文件数</translation>
    </message>
    <message>
        <source>Files of type:</source>
        <translation>文件类型：</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
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
        <source>Fill to the speech…</source>
        <translation>填满语音…</translation>
    </message>
    <message>
        <source>Filter: {name}</source>
        <translation>滤镜：{name}</translation>
    </message>
    <message>
        <source>Filtering</source>
        <translation>正在应用滤镜</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>滤镜</translation>
    </message>
    <message>
        <source>Filters clean poses that were detected or imported; this project has none on an open track. What is made of gestures and keys is clean already.</source>
        <translation>滤镜用于清理检测或导入的姿态；本项目的未锁定轨道上没有这样的姿态。由手势和关键帧制作的动作本来就是干净的。</translation>
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
        <source>Find the pose</source>
        <translation>检测姿态</translation>
    </message>
    <message>
        <source>Find the pose in the picture</source>
        <translation>检测图中的姿态</translation>
    </message>
    <message>
        <source>Find the pose in the picture first.</source>
        <translation>请先检测图中的姿态。</translation>
    </message>
    <message>
        <source>Find the pose in {name}</source>
        <translation>检测 {name} 中的姿态</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Findings: not checked yet</source>
        <translation>问题：尚未检查</translation>
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
        <source>First frame</source>
        <translation>第一帧</translation>
    </message>
    <message>
        <source>First picture</source>
        <translation>第一张画面</translation>
    </message>
    <message>
        <source>First second</source>
        <translation>起始秒</translation>
    </message>
    <message>
        <source>Fit automatically</source>
        <translation>自动适配</translation>
    </message>
    <message>
        <source>Fit the height</source>
        <translation>适应高度</translation>
    </message>
    <message>
        <source>Fit the view</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Fit to the picture</source>
        <translation>适配参考图</translation>
    </message>
    <message>
        <source>Fit to the picture…</source>
        <translation>适配参考图…</translation>
    </message>
    <message>
        <source>Fits the picture: {score} of 100</source>
        <translation>与参考图吻合：{score} 分（满分 100）</translation>
    </message>
    <message>
        <source>Fits the picture: {score} of 100 · before {before}</source>
        <translation>与参考图吻合：{score} 分（满分 100）· 之前 {before} 分</translation>
    </message>
    <message>
        <source>Fits the picture: {score} of 100, and {fitted} once it is fitted</source>
        <translation>与参考图吻合：{score} 分（满分 100），适配后 {fitted} 分</translation>
    </message>
    <message>
        <source>Fit…</source>
        <translation>适配…</translation>
    </message>
    <message>
        <source>Flat hands at rest</source>
        <translation>静息时手掌平展</translation>
    </message>
    <message>
        <source>Flex</source>
        <translation>屈伸</translation>
    </message>
    <message>
        <source>Flicker of bones, %</source>
        <translation>骨骼闪烁（%）</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder of PNG pictures</source>
        <translation>PNG 图片文件夹</translation>
    </message>
    <message>
        <source>Folder of pictures</source>
        <translation>图片文件夹</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>For another pipeline</source>
        <translation>用于其他流程</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Frame {frame}</source>
        <translation>第 {frame} 帧</translation>
    </message>
    <message>
        <source>Frame {frame} ({by})</source>
        <translation>第 {frame} 帧（{by}）</translation>
    </message>
    <message>
        <source>Frame {frame} of 0 to {last}</source>
        <translation>第 {frame} 帧（0 到 {last}）</translation>
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
        <source>Frames in which it comes out of what lies below</source>
        <translation>从下层内容过渡过来的帧数</translation>
    </message>
    <message>
        <source>Frames in which it goes back into what lies below</source>
        <translation>过渡回下层内容的帧数</translation>
    </message>
    <message>
        <source>Frames of its source to a frame; below 0 it plays backwards</source>
        <translation>每帧播放源的帧数；小于 0 时倒放</translation>
    </message>
    <message>
        <source>Frames per second</source>
        <translation>每秒帧数</translation>
    </message>
    <message>
        <source>Frames per second; everything keeps its place in seconds</source>
        <translation>每秒帧数；所有内容在时间上的位置不变</translation>
    </message>
    <message>
        <source>Frames that a hand shape is for</source>
        <translation>手形应用的帧</translation>
    </message>
    <message>
        <source>Frames {first} to {last}</source>
        <translation>第 {first} 到 {last} 帧</translation>
    </message>
    <message>
        <source>Frames {first} to {last} ({count})</source>
        <translation>第 {first} 到 {last} 帧（{count} 帧）</translation>
    </message>
    <message>
        <source>Frames {first} to {last}, {seconds} s</source>
        <translation>第 {first} 至 {last} 帧，{seconds} 秒</translation>
    </message>
    <message>
        <source>Frames; what lies beyond is kept unseen</source>
        <translation>帧数；超出的内容会保留但不显示</translation>
    </message>
    <message>
        <source>Frames; what the clip plays at a frame stays</source>
        <translation>帧数；片段各帧播放的内容不变</translation>
    </message>
    <message>
        <source>Framing</source>
        <translation>构图</translation>
    </message>
    <message>
        <source>Framing guides</source>
        <translation>构图参考线</translation>
    </message>
    <message>
        <source>Free the GPU</source>
        <translation>释放显卡</translation>
    </message>
    <message>
        <source>FreiHAND and InterHand2.6M hands</source>
        <translation>FreiHAND 和 InterHand2.6M 手部</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>从文件读取…</translation>
    </message>
    <message>
        <source>From here to the out point, with the speech</source>
        <translation>从这里播放到出点，带语音</translation>
    </message>
    <message>
        <source>From hf-mirror.com, a copy of it for where huggingface.co is blocked</source>
        <translation>从 hf-mirror.com（huggingface.co 的镜像，适合无法访问它的地方）</translation>
    </message>
    <message>
        <source>From huggingface.co</source>
        <translation>从 huggingface.co</translation>
    </message>
    <message>
        <source>From in to out point ({first} to {last})</source>
        <translation>入点到出点（{first} 至 {last}）</translation>
    </message>
    <message>
        <source>From the in to the out point</source>
        <translation>从入点到出点</translation>
    </message>
    <message>
        <source>From {before} to {after} frames per second</source>
        <translation>从每秒 {before} 帧改为 {after} 帧</translation>
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
        <source>Gestures for the speech</source>
        <translation>为语音生成手势</translation>
    </message>
    <message>
        <source>Gestures for the speech…</source>
        <translation>为语音生成手势…</translation>
    </message>
    <message>
        <source>Gestures keep clear of clips that are there already: {count}</source>
        <translation>手势会避开已有的片段：{count} 个</translation>
    </message>
    <message>
        <source>Gestures return to rest by themselves; only detected poses have a loop to close.</source>
        <translation>手势会自行回到静止姿态；只有检测到的姿态需要首尾衔接。</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>请给它起个名称。</translation>
    </message>
    <message>
        <source>Give the other hand the mirror image of this one</source>
        <translation>把这只手镜像到另一只手</translation>
    </message>
    <message>
        <source>Give to both hands</source>
        <translation>用于双手</translation>
    </message>
    <message>
        <source>Give to the left hand</source>
        <translation>用于左手</translation>
    </message>
    <message>
        <source>Give to the right hand</source>
        <translation>用于右手</translation>
    </message>
    <message>
        <source>Go back and forth</source>
        <translation>来回往复</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go on with the plan {plan}</source>
        <translation>用方案 {plan} 继续</translation>
    </message>
    <message>
        <source>Go through time</source>
        <translation>浏览时间</translation>
    </message>
    <message>
        <source>Goes back and forth</source>
        <translation>来回往复</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>引导强度</translation>
    </message>
    <message>
        <source>Hand</source>
        <translation>手</translation>
    </message>
    <message>
        <source>Hand and body pose sequences for EchoMimicV2, made by hand.
Free software under the Apache License 2.0, with no warranty.</source>
        <translation>为 EchoMimicV2 亲手制作手部和身体姿态序列。
自由软件，采用 Apache 2.0 许可证，不提供任何担保。</translation>
    </message>
    <message>
        <source>Hand at rest</source>
        <translation>放松的手</translation>
    </message>
    <message>
        <source>Hand close-up</source>
        <translation>手部特写</translation>
    </message>
    <message>
        <source>Hand shape in many frames</source>
        <translation>多帧手形</translation>
    </message>
    <message>
        <source>Hand shape in many frames…</source>
        <translation>多帧手形…</translation>
    </message>
    <message>
        <source>Hand shape {number}</source>
        <translation>手形 {number}</translation>
    </message>
    <message>
        <source>Hand shape: {name}</source>
        <translation>手形：{name}</translation>
    </message>
    <message>
        <source>Hand shapes</source>
        <translation>手形</translation>
    </message>
    <message>
        <source>Hand shapes, gestures and sequences. A double click adds one at the current frame; or drag it to the timeline.</source>
        <translation>手形、手势和序列。双击添加到当前帧，或拖到时间线上。</translation>
    </message>
    <message>
        <source>Hand shape…</source>
        <translation>手形…</translation>
    </message>
    <message>
        <source>Hands</source>
        <translation>手形</translation>
    </message>
    <message>
        <source>Hands down, breathing</source>
        <translation>双手放下，保持呼吸</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>保持</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Here lies what happens when: the speech, and tracks of gestures and poses that lie over one another. Drag clips and keys in time, drop gestures of the library here.</source>
        <translation>这里显示什么时候发生什么：语音，以及相互叠放的手势和姿态轨道。可拖动片段和关键帧，也可把库中的手势拖到这里。</translation>
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
        <source>Hide the hand</source>
        <translation>隐藏手</translation>
    </message>
    <message>
        <source>Hide the hand from this frame on, or show it again</source>
        <translation>从这一帧起隐藏这只手，或重新显示</translation>
    </message>
    <message>
        <source>Hold it</source>
        <translation>保持末帧</translation>
    </message>
    <message>
        <source>Hold the first and last pose where the beginning or the end is missing</source>
        <translation>开头或结尾缺失时，保持首个和最后一个姿态</translation>
    </message>
    <message>
        <source>Hold, then jump</source>
        <translation>保持，然后跳变</translation>
    </message>
    <message>
        <source>Holds still</source>
        <translation>保持末帧</translation>
    </message>
    <message>
        <source>How closely picture, poses and speech are followed; 1 is without, in half the time</source>
        <translation>跟随图片、姿态和语音的程度；1 为不引导，只需一半时间</translation>
    </message>
    <message>
        <source>How fast it is played here; the project stays as it is</source>
        <translation>这里的播放速度；不会改变项目</translation>
    </message>
    <message>
        <source>How it begins to look</source>
        <translation>初步效果</translation>
    </message>
    <message>
        <source>How it comes and goes</source>
        <translation>淡入和淡出的方式</translation>
    </message>
    <message>
        <source>How much of it covers what lies below: 0 nothing, 1 all</source>
        <translation>覆盖下层内容的程度：0 为不覆盖，1 为完全覆盖</translation>
    </message>
    <message>
        <source>How the map is drawn: each model was taught with its own</source>
        <translation>姿态图的绘制方式：每个模型训练时用的各不相同</translation>
    </message>
    <message>
        <source>How the middle frame begins to look, as far as can be told before the last step</source>
        <translation>中间一帧的初步效果，最后一步之前只能大致看出</translation>
    </message>
    <message>
        <source>How the selected joints go over time. Drag keys and handles; the right button sets the easing.</source>
        <translation>所选关节随时间的变化。可拖动关键帧和手柄；右键设置缓动。</translation>
    </message>
    <message>
        <source>How the selected keys go on to the next</source>
        <translation>所选关键帧如何过渡到下一个</translation>
    </message>
    <message>
        <source>Human3.6M joints</source>
        <translation>Human3.6M 关节</translation>
    </message>
    <message>
        <source>I choose afterwards</source>
        <translation>之后由我选择</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>标识</translation>
    </message>
    <message>
        <source>If you close now they are stopped, and nothing half-written is left.</source>
        <translation>现在关闭会停止这些任务，不会留下写了一半的文件。</translation>
    </message>
    <message>
        <source>Import a folder of poses</source>
        <translation>导入姿态文件夹</translation>
    </message>
    <message>
        <source>Import folder…</source>
        <translation>导入文件夹…</translation>
    </message>
    <message>
        <source>Import poses; of a pose folder, any one file stands for all</source>
        <translation>导入姿态；姿态文件夹中任选一个文件即代表整个文件夹</translation>
    </message>
    <message>
        <source>Import poses…</source>
        <translation>导入姿态…</translation>
    </message>
    <message>
        <source>Import {name}</source>
        <translation>导入 {name}</translation>
    </message>
    <message>
        <source>In</source>
        <translation>入</translation>
    </message>
    <message>
        <source>In all frames</source>
        <translation>所有帧</translation>
    </message>
    <message>
        <source>In and out</source>
        <translation>入点和出点</translation>
    </message>
    <message>
        <source>In and out point</source>
        <translation>入点和出点</translation>
    </message>
    <message>
        <source>In place of {name}</source>
        <translation>替换“{name}”</translation>
    </message>
    <message>
        <source>In point</source>
        <translation>入点</translation>
    </message>
    <message>
        <source>In the preview and its pose map only: left stays left in the poses</source>
        <translation>只影响预览和旁边的姿态图：姿态里左边仍是左边</translation>
    </message>
    <message>
        <source>In to out point ({first} to {last})</source>
        <translation>入点到出点（{first} 到 {last}）</translation>
    </message>
    <message>
        <source>Index</source>
        <translation>食指</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Interpolation</source>
        <translation>插值</translation>
    </message>
    <message>
        <source>Into a new project</source>
        <translation>放入新项目</translation>
    </message>
    <message>
        <source>Into the folder</source>
        <translation>输出文件夹</translation>
    </message>
    <message>
        <source>Is for</source>
        <translation>用于</translation>
    </message>
    <message>
        <source>It ends with the speech. What lies beyond is kept: a longer project shows it again.</source>
        <translation>项目将随语音结束。超出部分会保留，延长项目即可再次显示。</translation>
    </message>
    <message>
        <source>It is a mirror image, as front cameras make them</source>
        <translation>这是镜像画面（如前置摄像头所拍）</translation>
    </message>
    <message>
        <source>It is built on:</source>
        <translation>基于以下软件：</translation>
    </message>
    <message>
        <source>It overlaps {others}.</source>
        <translation>它与{others}重叠。</translation>
    </message>
    <message>
        <source>It was interrupted; steps that are done are kept</source>
        <translation>它被中断了；已完成的步会保留</translation>
    </message>
    <message>
        <source>Its frame at this moment</source>
        <translation>视频在此刻的画面</translation>
    </message>
    <message>
        <source>Its middle, as high as EchoMimicV2's square</source>
        <translation>取中间，与 EchoMimicV2 的方形画布同高</translation>
    </message>
    <message>
        <source>Its middle, as high as the canvas</source>
        <translation>取中间，与画布同高</translation>
    </message>
    <message>
        <source>Its sound becomes the speech</source>
        <translation>其声音用作语音</translation>
    </message>
    <message>
        <source>Its wrist is missing, too, so there is nothing to put a hand on: put a gesture there, or cut these frames off.</source>
        <translation>手腕也缺失，手无处可放：请在此放一个手势，或剪掉这些帧。</translation>
    </message>
    <message>
        <source>Jitter and quick strokes, % of the canvas</source>
        <translation>抖动和快速动作（画布的 %）</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Jobs that are not done yet: {number}</source>
        <translation>尚未完成的任务：{number} 个</translation>
    </message>
    <message>
        <source>Joint</source>
        <translation>关节</translation>
    </message>
    <message>
        <source>Joints</source>
        <translation>关节</translation>
    </message>
    <message>
        <source>Joints of a detected pose, about the wrist</source>
        <translation>绕手腕缩放检测姿态的关节</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation>继续工作</translation>
    </message>
    <message>
        <source>Keeps quick strokes best (Savitzky-Golay).</source>
        <translation>最能保留快速动作（Savitzky-Golay）。</translation>
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
        <source>Key {digit}</source>
        <translation>按键 {digit}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Kind of file</source>
        <translation>文件类型</translation>
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
        <source>Last second</source>
        <translation>结束秒</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
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
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Length and rate</source>
        <translation>长度和帧率</translation>
    </message>
    <message>
        <source>Length and rate…</source>
        <translation>长度和帧率…</translation>
    </message>
    <message>
        <source>Length of the arms</source>
        <translation>手臂长度</translation>
    </message>
    <message>
        <source>Length of the neck</source>
        <translation>颈部长度</translation>
    </message>
    <message>
        <source>Length of the project</source>
        <translation>项目的长度</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>音量</translation>
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
        <source>Lines where the person in it is</source>
        <translation>用线条标出图中的人物</translation>
    </message>
    <message>
        <source>Listening to the speech…</source>
        <translation>正在分析语音…</translation>
    </message>
    <message>
        <source>Little</source>
        <translation>小指</translation>
    </message>
    <message>
        <source>Lively</source>
        <translation>活泼</translation>
    </message>
    <message>
        <source>Load a picture first: File &gt; Load reference picture.</source>
        <translation>请先载入图片：文件 &gt; 载入参考图片。</translation>
    </message>
    <message>
        <source>Load a reference picture and find the pose in it first.</source>
        <translation>请先载入参考图片并检测其中的姿态。</translation>
    </message>
    <message>
        <source>Load a speech first: File &gt; Load speech.</source>
        <translation>请先载入语音：“文件 &gt; 载入语音”。</translation>
    </message>
    <message>
        <source>Load a speech.</source>
        <translation>请载入语音。</translation>
    </message>
    <message>
        <source>Load reference picture</source>
        <translation>载入参考图片</translation>
    </message>
    <message>
        <source>Load reference picture…</source>
        <translation>载入参考图片…</translation>
    </message>
    <message>
        <source>Load reference video</source>
        <translation>载入参考视频</translation>
    </message>
    <message>
        <source>Load reference video…</source>
        <translation>载入参考视频…</translation>
    </message>
    <message>
        <source>Load speech</source>
        <translation>载入语音</translation>
    </message>
    <message>
        <source>Load speech…</source>
        <translation>载入语音…</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>重新定位…</translation>
    </message>
    <message>
        <source>Lock the body: its joints cannot be taken hold of</source>
        <translation>锁定身体：不能拖动身体的关节</translation>
    </message>
    <message>
        <source>Lock the face: its joints cannot be taken hold of</source>
        <translation>锁定面部：不能拖动面部的关节</translation>
    </message>
    <message>
        <source>Lock the hands: their joints cannot be taken hold of</source>
        <translation>锁定双手：不能拖动手的关节</translation>
    </message>
    <message>
        <source>Lock the track</source>
        <translation>锁定轨道</translation>
    </message>
    <message>
        <source>Lock the track against changes.</source>
        <translation>锁定轨道，防止更改。</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Log: {path}</source>
        <translation>日志：{path}</translation>
    </message>
    <message>
        <source>Longest gap, seconds</source>
        <translation>最长缺失（秒）</translation>
    </message>
    <message>
        <source>Look for cameras, and open what is chosen again</source>
        <translation>查找摄像头，并重新打开所选的来源</translation>
    </message>
    <message>
        <source>Look in:</source>
        <translation>查找范围：</translation>
    </message>
    <message>
        <source>Looking at weights and memory…</source>
        <translation>正在查看权重和内存…</translation>
    </message>
    <message>
        <source>Looking for the person in the picture… This takes a few seconds.</source>
        <translation>正在查找图片中的人…… 需要几秒钟。</translation>
    </message>
    <message>
        <source>Looking for the weights…</source>
        <translation>正在查找权重…</translation>
    </message>
    <message>
        <source>Looks around, seconds</source>
        <translation>参考范围（秒）</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>循环</translation>
    </message>
    <message>
        <source>Loop the clip</source>
        <translation>循环片段</translation>
    </message>
    <message>
        <source>Lost at the beginning or the end, where nothing tells its way. Cut these frames off, or hold the pose: Filters, “Fill gaps”, “Hold the first and last pose”; or give the hand a shape.</source>
        <translation>手在开头或结尾丢失，无从推断其动作。可裁掉这些帧，或在滤镜“填补缺失”中选择“保持首个和最后一个姿态”，也可以给手一个手形。</translation>
    </message>
    <message>
        <source>Lost for too long to guess its way: put a gesture there, or give the hand a shape.</source>
        <translation>丢失时间过长，无法推断动作：请在此放置手势，或给手一个手形。</translation>
    </message>
    <message>
        <source>MMPose JSON</source>
        <translation>MMPose JSON</translation>
    </message>
    <message>
        <source>MP4 film</source>
        <translation>MP4 视频</translation>
    </message>
    <message>
        <source>Made to keep what is around</source>
        <translation>为保持前后内容自动生成</translation>
    </message>
    <message>
        <source>Make the project as long as the speech</source>
        <translation>让项目与语音一样长</translation>
    </message>
    <message>
        <source>Making gestures…</source>
        <translation>正在生成手势…</translation>
    </message>
    <message>
        <source>Making pictures</source>
        <translation>正在生成画面</translation>
    </message>
    <message>
        <source>Many large gestures: sales, shows, vlogs</source>
        <translation>手势多而大：带货、节目、视频博客</translation>
    </message>
    <message>
        <source>Measures the person in the picture and the poses, and sets all the numbers below.</source>
        <translation>测量图中的人物和姿态，并设定下面的所有数值。</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <source>MediaPipe landmarks</source>
        <translation>MediaPipe 关键点</translation>
    </message>
    <message>
        <source>Mends all that can be mended, as one step</source>
        <translation>一步修复所有可修复的问题</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Metres</source>
        <translation>米</translation>
    </message>
    <message>
        <source>Middle</source>
        <translation>中指</translation>
    </message>
    <message>
        <source>MimicMotion: body, hands and face, dimmed by confidence, drawn large</source>
        <translation>MimicMotion：身体、双手和面部，按置信度变暗，线条加粗</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Minutes, seconds and frames</source>
        <translation>分、秒、帧</translation>
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
        <source>Mirror the hand</source>
        <translation>镜像手</translation>
    </message>
    <message>
        <source>Mirror the pose</source>
        <translation>镜像姿态</translation>
    </message>
    <message>
        <source>Mirror the track</source>
        <translation>镜像轨道</translation>
    </message>
    <message>
        <source>Mirrored</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Missing at this frame: {joints}. A click selects them.</source>
        <translation>这一帧缺失：{joints}。单击可选中它们。</translation>
    </message>
    <message>
        <source>Missing of what was detected, %</source>
        <translation>检测到的点中缺失的，%</translation>
    </message>
    <message>
        <source>Missing, or not to be told from this picture. Drag the finger on the canvas, or give the hand a shape.</source>
        <translation>手指缺失，或从画面中无法判断。请在画布上拖动手指，或给手一个手形。</translation>
    </message>
    <message>
        <source>More of them take longer and are cleaner</source>
        <translation>步数越多，时间越长，画面越干净</translation>
    </message>
    <message>
        <source>More: name in another language, tags, id</source>
        <translation>更多：其他语言的名称、标签、ID</translation>
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
        <source>Move a handle</source>
        <translation>移动手柄</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Move joints</source>
        <translation>移动关节</translation>
    </message>
    <message>
        <source>Move keys</source>
        <translation>移动关键帧</translation>
    </message>
    <message>
        <source>Move only the end</source>
        <translation>只移动结尾</translation>
    </message>
    <message>
        <source>Move the clip</source>
        <translation>移动片段</translation>
    </message>
    <message>
        <source>Move the hand into the picture, or leave it if it should not be seen.</source>
        <translation>把手移入画面；如果本就不该看到它，可以不管。</translation>
    </message>
    <message>
        <source>Move the hand into the picture: more than half of it is outside in these frames.</source>
        <translation>将手移入画面：在这些帧中，手有一半以上在画面之外。</translation>
    </message>
    <message>
        <source>Move the marker</source>
        <translation>移动标记</translation>
    </message>
    <message>
        <source>Move the track</source>
        <translation>移动轨道</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move with the mouse</source>
        <translation>用鼠标移动</translation>
    </message>
    <message>
        <source>Move: {joint}</source>
        <translation>移动：{joint}</translation>
    </message>
    <message>
        <source>Move: {value} · as far as bones and joints let it · Esc takes back</source>
        <translation>移动：{value} · 骨骼和关节最多到这里 · Esc 取消</translation>
    </message>
    <message>
        <source>Move: {value} · type pixels as x, y · Enter ends, Esc takes back</source>
        <translation>移动：{value} · 可输入像素 x, y · Enter 完成，Esc 取消</translation>
    </message>
    <message>
        <source>Move: {what}</source>
        <translation>移动：{what}</translation>
    </message>
    <message>
        <source>MusePose: long limbs wide, short ones thin, no face</source>
        <translation>MusePose：长肢粗、短肢细，无面部</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Mute the sound</source>
        <translation>关闭声音</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name the clip</source>
        <translation>命名片段</translation>
    </message>
    <message>
        <source>Name the marker</source>
        <translation>命名标记</translation>
    </message>
    <message>
        <source>Name the track</source>
        <translation>命名轨道</translation>
    </message>
    <message>
        <source>Names of the joints</source>
        <translation>关节名称</translation>
    </message>
    <message>
        <source>Name…</source>
        <translation>命名…</translation>
    </message>
    <message>
        <source>Natural</source>
        <translation>自然</translation>
    </message>
    <message>
        <source>Natural, rest to rest</source>
        <translation>自然，由静到静</translation>
    </message>
    <message>
        <source>Needs the pose in this picture.</source>
        <translation>需要这张图片中的姿态。</translation>
    </message>
    <message>
        <source>Networks kept for the next take are let go</source>
        <translation>放开为下一条保留的网络</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>New take</source>
        <translation>新的一条</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Next clip</source>
        <translation>下一个片段</translation>
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
        <source>No camera was found; plug one in, or choose a video</source>
        <translation>没有找到摄像头；请接上一个，或选择视频</translation>
    </message>
    <message>
        <source>No detector is installed.</source>
        <translation>没有安装检测器。</translation>
    </message>
    <message>
        <source>No enabled track shows these frames.</source>
        <translation>没有启用的轨道显示这些帧。</translation>
    </message>
    <message>
        <source>No favourite any more</source>
        <translation>取消收藏</translation>
    </message>
    <message>
        <source>No favourites here yet: click a star.</source>
        <translation>还没有收藏：请单击星标。</translation>
    </message>
    <message>
        <source>No finding is at a frame: see the list under Checks.</source>
        <translation>没有属于某一帧的问题：请看“检查”中的列表。</translation>
    </message>
    <message>
        <source>No hand is seen</source>
        <translation>没有看到手</translation>
    </message>
    <message>
        <source>No hand is selected: choose one here.</source>
        <translation>没有选中手：请在这里选一只。</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>清除快捷键</translation>
    </message>
    <message>
        <source>No keys yet: pose these joints, or press K.</source>
        <translation>还没有关键帧：调整这些关节，或按 K。</translation>
    </message>
    <message>
        <source>No open track holds these joints.</source>
        <translation>没有可编辑的轨道包含这些关节。</translation>
    </message>
    <message>
        <source>No open track holds these joints: unlock one, or add one.</source>
        <translation>没有可编辑的轨道包含这些关节：请解锁或添加一条轨道。</translation>
    </message>
    <message>
        <source>No open track holds this hand.</source>
        <translation>没有可编辑的轨道包含这只手。</translation>
    </message>
    <message>
        <source>No pose sequences in this folder.</source>
        <translation>这个文件夹中没有姿态序列。</translation>
    </message>
    <message>
        <source>No speech was found in this sound: no gestures can be placed.</source>
        <translation>声音中没有找到语音，无法放置手势。</translation>
    </message>
    <message>
        <source>Nobody is in any frame</source>
        <translation>所有帧中都没有人</translation>
    </message>
    <message>
        <source>Nobody is there any more at the end</source>
        <translation>结尾处已经没有人物</translation>
    </message>
    <message>
        <source>Nobody: an empty track for poses from files</source>
        <translation>没有人物：空轨道，用于放置文件中的姿态</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>暂无</translation>
    </message>
    <message>
        <source>Normalised</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>Not checked yet.</source>
        <translation>尚未检查。</translation>
    </message>
    <message>
        <source>Not kept: {what}</source>
        <translation>不保留：{what}</translation>
    </message>
    <message>
        <source>Not known how the poses fit another picture than the project's.</source>
        <translation>这不是项目的图片，无法知道姿态与它是否吻合。</translation>
    </message>
    <message>
        <source>Not known whether the weights are there.</source>
        <translation>尚不清楚权重是否齐全。</translation>
    </message>
    <message>
        <source>Not ready yet: the first line above says what is missing.</source>
        <translation>尚未就绪：上面第一行说明了缺少什么。</translation>
    </message>
    <message>
        <source>Not saved: {problem}</source>
        <translation>未保存：{problem}</translation>
    </message>
    <message>
        <source>Nothing can be recorded with this detector; why is said above.</source>
        <translation>无法用这个检测器录制；原因见上方。</translation>
    </message>
    <message>
        <source>Nothing here is mended by a click: choose a line to see why.</source>
        <translation>这里没有可一键修复的问题：选中一行查看原因。</translation>
    </message>
    <message>
        <source>Nothing is called that.</source>
        <translation>没有找到这个名称。</translation>
    </message>
    <message>
        <source>Nothing is selected, so this is the whole project. For a part of it, select a clip, or set in and out point (I, O).</source>
        <translation>没有选中任何内容，因此是整个项目。只要一部分时，请选中一个片段，或设置入点和出点（I、O）。</translation>
    </message>
    <message>
        <source>Nothing is wrong with these poses.</source>
        <translation>这些姿态没有问题。</translation>
    </message>
    <message>
        <source>Nothing is wrong.</source>
        <translation>没有问题。</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>什么都没有改变。</translation>
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
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Of the person in the reference picture</source>
        <translation>参考图中人物的姿态</translation>
    </message>
    <message>
        <source>On average over all {count} frames that both have:</source>
        <translation>两者共有的全部 {count} 帧的平均值：</translation>
    </message>
    <message>
        <source>On the canvas only; the pose map stays</source>
        <translation>只影响画布；姿态图不变</translation>
    </message>
    <message>
        <source>On the timeline: {names}</source>
        <translation>已放到时间线：{names}</translation>
    </message>
    <message>
        <source>On “{name}”</source>
        <translation>在“{name}”上</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>One over the other</source>
        <translation>叠加显示</translation>
    </message>
    <message>
        <source>Onion skin</source>
        <translation>洋葱皮</translation>
    </message>
    <message>
        <source>Onion skin: frames from one pose to the next, or keys only</source>
        <translation>洋葱皮：相隔的帧数，或仅显示关键帧</translation>
    </message>
    <message>
        <source>Onion skin: poses after</source>
        <translation>洋葱皮：之后的姿态数</translation>
    </message>
    <message>
        <source>Onion skin: poses before</source>
        <translation>洋葱皮：之前的姿态数</translation>
    </message>
    <message>
        <source>Only favourites</source>
        <translation>仅显示收藏</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>只打开 {name}</translation>
    </message>
    <message>
        <source>Onto EchoMimicV2's canvas</source>
        <translation>放到 EchoMimicV2 的画布上</translation>
    </message>
    <message>
        <source>Opacity of the pose map</source>
        <translation>姿态图的不透明度</translation>
    </message>
    <message>
        <source>Opacity of the reference picture and video</source>
        <translation>参考图片和视频的不透明度</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open a copy</source>
        <translation>打开副本</translation>
    </message>
    <message>
        <source>Open a folder of poses</source>
        <translation>打开姿态文件夹</translation>
    </message>
    <message>
        <source>Open a project or poses; of a pose folder, any one file stands for all</source>
        <translation>打开项目或姿态；姿态文件夹中任选一个文件即代表整个文件夹</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>Open anyway</source>
        <translation>仍然打开</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>打开 {name}</translation>
    </message>
    <message>
        <source>OpenPose JSON</source>
        <translation>OpenPose JSON</translation>
    </message>
    <message>
        <source>OpenPose JSON in one file (ControlNet, ComfyUI)</source>
        <translation>单文件 OpenPose JSON（ControlNet、ComfyUI）</translation>
    </message>
    <message>
        <source>OpenPose for ControlNet: body, hands and face in full colours</source>
        <translation>ControlNet 的 OpenPose：全彩的身体、双手和面部</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>正在打开</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>正在打开 {name}…</translation>
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
        <source>Other gestures in the same style</source>
        <translation>同样风格的另一组手势</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>出</translation>
    </message>
    <message>
        <source>Out point</source>
        <translation>出点</translation>
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
        <source>Part of the action</source>
        <translation>动作的一部分</translation>
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
        <source>People in the file</source>
        <translation>文件中的人</translation>
    </message>
    <message>
        <source>Performer</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Person {number}, seen in 1 frame</source>
        <translation>人物 {number}，出现在 1 帧中</translation>
    </message>
    <message>
        <source>Person {number}, seen in {frames} frames</source>
        <translation>第 {number} 人，出现在 {frames} 帧中</translation>
    </message>
    <message>
        <source>Pick a gesture</source>
        <translation>选一个手势</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Picture from</source>
        <translation>画面来源</translation>
    </message>
    <message>
        <source>Picture, speech, poses: a video</source>
        <translation>图片、语音、姿态：生成视频</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <source>Pictures for which the detector had no time; the clock stays right.</source>
        <translation>检测器来不及处理的画面；时间仍然准确。</translation>
    </message>
    <message>
        <source>Pipeline</source>
        <translation>流程</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>俯仰</translation>
    </message>
    <message>
        <source>Place the picture</source>
        <translation>放置图片</translation>
    </message>
    <message>
        <source>Places gestures on the stressed syllables. They are ordinary clips: move or replace them afterwards.</source>
        <translation>在重读音节上放置手势。它们是普通片段，之后可以移动或替换。</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play a video instead of a camera…</source>
        <translation>用视频代替摄像头…</translation>
    </message>
    <message>
        <source>Play again and again, from the in to the out point</source>
        <translation>从入点到出点反复播放</translation>
    </message>
    <message>
        <source>Play backwards</source>
        <translation>倒放</translation>
    </message>
    <message>
        <source>Play it</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play the clip backwards</source>
        <translation>倒放片段</translation>
    </message>
    <message>
        <source>Plays backwards and forwards; no jumps</source>
        <translation>来回播放，没有跳动</translation>
    </message>
    <message>
        <source>Plays the project, says which frame is shown, and sets what is played and how fast.</source>
        <translation>播放项目，显示当前帧，并设置播放范围和速度。</translation>
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
        <source>Pose at rest</source>
        <translation>静息姿态</translation>
    </message>
    <message>
        <source>Pose in the picture</source>
        <translation>图中的姿态</translation>
    </message>
    <message>
        <source>Pose in the picture from a file…</source>
        <translation>从文件读取图中的姿态…</translation>
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
        <source>Pose the hand</source>
        <translation>调整手的姿态</translation>
    </message>
    <message>
        <source>Pose-map film</source>
        <translation>姿态图视频</translation>
    </message>
    <message>
        <source>PoseForge archive</source>
        <translation>PoseForge 存档</translation>
    </message>
    <message>
        <source>PoseForge project</source>
        <translation>PoseForge 项目</translation>
    </message>
    <message>
        <source>PoseForge projects ({patterns})</source>
        <translation>PoseForge 项目 ({patterns})</translation>
    </message>
    <message>
        <source>Poses</source>
        <translation>姿态</translation>
    </message>
    <message>
        <source>Poses as they were</source>
        <translation>恢复原来的姿态</translation>
    </message>
    <message>
        <source>Poses from a camera, live</source>
        <translation>用摄像头实时获取姿态</translation>
    </message>
    <message>
        <source>Poses from a camera, live. Only the poses are kept, and the sound if you wish; no picture is.</source>
        <translation>用摄像头实时获取姿态。只保存姿态，需要时也保存声音；不保存画面。</translation>
    </message>
    <message>
        <source>Poses from a video or picture</source>
        <translation>从视频或图片获取姿态</translation>
    </message>
    <message>
        <source>Poses from a video or picture…</source>
        <translation>从视频或图片获取姿态…</translation>
    </message>
    <message>
        <source>Poses from {name}</source>
        <translation>{name} 的姿态</translation>
    </message>
    <message>
        <source>Poses of any format, onto a track</source>
        <translation>把任意格式的姿态放到轨道上</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Presets are made of gestures: this project holds only points.</source>
        <translation>预设由手势制成：这个项目只有点。</translation>
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
        <source>Preview of frames {first} to {last}, seed {seed}</source>
        <translation>预览：第 {first} 到 {last} 帧，种子 {seed}</translation>
    </message>
    <message>
        <source>Previous clip</source>
        <translation>上一个片段</translation>
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
        <source>Progress of the animation</source>
        <translation>动画进度</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Projection</source>
        <translation>投影</translation>
    </message>
    <message>
        <source>Projects and poses ({patterns})</source>
        <translation>项目和姿态 ({patterns})</translation>
    </message>
    <message>
        <source>Put it into</source>
        <translation>放入</translation>
    </message>
    <message>
        <source>Put on a track at the playhead</source>
        <translation>放到播放头处的轨道</translation>
    </message>
    <message>
        <source>Put whole into EchoMimicV2's square</source>
        <translation>完整放入 EchoMimicV2 的方形画布</translation>
    </message>
    <message>
        <source>Python {python}, Qt {qt}, on {system}</source>
        <translation>Python {python}，Qt {qt}，系统 {system}</translation>
    </message>
    <message>
        <source>Quick preview</source>
        <translation>快速预览</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Read again and compared: {frames} frames, points within {pixels} pixels.</source>
        <translation>已重新读取并比较：{frames} 帧，点的误差在 {pixels} 像素以内。</translation>
    </message>
    <message>
        <source>Read again, it could not be compared: {problem}</source>
        <translation>已重新读取，但无法比较：{problem}</translation>
    </message>
    <message>
        <source>Read again, its points are {pixels} pixels away on average.</source>
        <translation>重新读取后，点平均偏差 {pixels} 像素。</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation>正在读取声音…</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Recognized from the file</source>
        <translation>从文件自动识别</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Record what the microphone hears, too</source>
        <translation>同时录制麦克风的声音</translation>
    </message>
    <message>
        <source>Record: {name}</source>
        <translation>录制：{name}</translation>
    </message>
    <message>
        <source>Record…</source>
        <translation>录制…</translation>
    </message>
    <message>
        <source>Recovered work</source>
        <translation>恢复的工作</translation>
    </message>
    <message>
        <source>Recovered work of {time}: {name}</source>
        <translation>恢复了 {time} 的工作：{name}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Redo: {step}</source>
        <translation>重做：{step}</translation>
    </message>
    <message>
        <source>Redone: {step}</source>
        <translation>已重做：{step}</translation>
    </message>
    <message>
        <source>Reference picture</source>
        <translation>参考图片</translation>
    </message>
    <message>
        <source>Reference video</source>
        <translation>参考视频</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Remove jitter</source>
        <translation>去除抖动</translation>
    </message>
    <message>
        <source>Remove outliers</source>
        <translation>去除离群点</translation>
    </message>
    <message>
        <source>Remove the gestures</source>
        <translation>移除手势</translation>
    </message>
    <message>
        <source>Remove the track</source>
        <translation>移除轨道</translation>
    </message>
    <message>
        <source>Remove: {what}</source>
        <translation>移除：{what}</translation>
    </message>
    <message>
        <source>Rename the clip</source>
        <translation>重命名片段</translation>
    </message>
    <message>
        <source>Rename the track</source>
        <translation>重命名轨道</translation>
    </message>
    <message>
        <source>Rendering</source>
        <translation>正在渲染</translation>
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
        <source>Repair removes the jitter and keeps the movement.</source>
        <translation>修复会去除抖动，保留动作。</translation>
    </message>
    <message>
        <source>Repair shortens the project to its poses. If the speech goes on, use Timeline &gt; Fill to the speech instead.</source>
        <translation>修复会把项目缩短到姿态结束处。如果语音还没结束，请改用“时间线 &gt; 填充到语音结束”。</translation>
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
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Replace by</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>覆盖</translation>
    </message>
    <message>
        <source>Replace my preset of this id</source>
        <translation>替换我的同名预设</translation>
    </message>
    <message>
        <source>Replace what was changed since</source>
        <translation>替换此后更改过的文件</translation>
    </message>
    <message>
        <source>Replace {old} by {name}</source>
        <translation>将“{old}”替换为“{name}”</translation>
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
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>Right hand</source>
        <translation>右手</translation>
    </message>
    <message>
        <source>Ring</source>
        <translation>无名指</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>翻转</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>Rotate joints</source>
        <translation>旋转关节</translation>
    </message>
    <message>
        <source>Rotate: {value} · type degrees · Ctrl: steps of 15° · Enter ends, Esc takes back</source>
        <translation>旋转：{value} · 可输入角度 · Ctrl：每次 15° · Enter 完成，Esc 取消</translation>
    </message>
    <message>
        <source>SMPL-X and MANO parameters</source>
        <translation>SMPL-X 和 MANO 参数</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save a gesture</source>
        <translation>保存手势</translation>
    </message>
    <message>
        <source>Save a hand shape</source>
        <translation>保存手形</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Save as my gesture…</source>
        <translation>存为我的手势…</translation>
    </message>
    <message>
        <source>Save as my hand shape…</source>
        <translation>存为我的手形…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Save selection as preset…</source>
        <translation>把所选存为预设…</translation>
    </message>
    <message>
        <source>Save somewhere else…</source>
        <translation>保存到其他位置…</translation>
    </message>
    <message>
        <source>Save the changes to “{name}” before it is closed?</source>
        <translation>“{name}”有未保存的更改，关闭前要保存吗？</translation>
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
        <source>Save this picture</source>
        <translation>保存此图片</translation>
    </message>
    <message>
        <source>Save this picture…</source>
        <translation>保存此图片…</translation>
    </message>
    <message>
        <source>Save under another name</source>
        <translation>另存为其他名称</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已保存为 {name}。</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>已保存为 {path}</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Scale joints</source>
        <translation>缩放关节</translation>
    </message>
    <message>
        <source>Scale keys in time</source>
        <translation>在时间上缩放关键帧</translation>
    </message>
    <message>
        <source>Scale: {value} · type a factor · Enter ends, Esc takes back</source>
        <translation>缩放：{value} · 可输入倍数 · Enter 完成，Esc 取消</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
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
        <source>Seconds</source>
        <translation>秒数</translation>
    </message>
    <message>
        <source>See what the model sees</source>
        <translation>看看模型所见</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
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
        <source>Select joints to see how they move.</source>
        <translation>选择关节，查看它们如何运动。</translation>
    </message>
    <message>
        <source>Select joints, and point at them with the mouse.</source>
        <translation>请选择关节，并把鼠标移到关节上。</translation>
    </message>
    <message>
        <source>Select keys first.</source>
        <translation>请先选择关键帧。</translation>
    </message>
    <message>
        <source>Select keys or a clip first.</source>
        <translation>请先选择关键帧或片段。</translation>
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
        <source>Selects the hand that is edited</source>
        <translation>选择要编辑的手</translation>
    </message>
    <message>
        <source>Sequences</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>Set a marker</source>
        <translation>添加标记</translation>
    </message>
    <message>
        <source>Set in and out</source>
        <translation>设置入点和出点</translation>
    </message>
    <message>
        <source>Set the frame rate</source>
        <translation>设置帧率</translation>
    </message>
    <message>
        <source>Set the in point</source>
        <translation>设置入点</translation>
    </message>
    <message>
        <source>Set the interpolation</source>
        <translation>设置插值</translation>
    </message>
    <message>
        <source>Set the out point</source>
        <translation>设置出点</translation>
    </message>
    <message>
        <source>Set the weight</source>
        <translation>设置权重</translation>
    </message>
    <message>
        <source>Set {joint}</source>
        <translation>设置{joint}</translation>
    </message>
    <message>
        <source>Several at once</source>
        <translation>多种并存</translation>
    </message>
    <message>
        <source>Several people are drawn</source>
        <translation>绘制了多个人</translation>
    </message>
    <message>
        <source>Shape alone, % of the canvas</source>
        <translation>仅形状（画布的 %）</translation>
    </message>
    <message>
        <source>Shares of the canvas</source>
        <translation>画布的比例</translation>
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
        <source>Show all keys (F)</source>
        <translation>显示所有关键帧 (F)</translation>
    </message>
    <message>
        <source>Show it behind the person</source>
        <translation>显示在人物后面</translation>
    </message>
    <message>
        <source>Show joints</source>
        <translation>显示关节</translation>
    </message>
    <message>
        <source>Show me as in a mirror</source>
        <translation>像镜子一样显示</translation>
    </message>
    <message>
        <source>Show or hide the keys of this track.</source>
        <translation>显示或隐藏这条轨道的关键帧。</translation>
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
        <source>Show the file</source>
        <translation>显示文件</translation>
    </message>
    <message>
        <source>Show the hand</source>
        <translation>显示手</translation>
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
        <source>Show the track</source>
        <translation>显示轨道</translation>
    </message>
    <message>
        <source>Show the whole timeline</source>
        <translation>显示整条时间线</translation>
    </message>
    <message>
        <source>Show what was made</source>
        <translation>显示生成的文件</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Shows the poses as they were while it is ticked</source>
        <translation>勾选时显示原来的姿态</translation>
    </message>
    <message>
        <source>Shows the project without these gestures while it is ticked</source>
        <translation>勾选时显示没有这些手势的项目</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Size of the hands</source>
        <translation>手的大小</translation>
    </message>
    <message>
        <source>Size of the head</source>
        <translation>头的大小</translation>
    </message>
    <message>
        <source>Size of the person</source>
        <translation>人物大小</translation>
    </message>
    <message>
        <source>Size of the pictures</source>
        <translation>图片尺寸</translation>
    </message>
    <message>
        <source>Skip the tour</source>
        <translation>跳过导览</translation>
    </message>
    <message>
        <source>Slow work runs here beside the editor: exports, conversions, slow filters. Whatever happens to it harms nothing else.</source>
        <translation>耗时的工作在编辑器之外运行：导出、转换、耗时的滤镜。即使出错也不影响其他内容。</translation>
    </message>
    <message>
        <source>Small square</source>
        <translation>小正方形</translation>
    </message>
    <message>
        <source>Small, rough, every third frame</source>
        <translation>小尺寸、粗略、每三帧一帧</translation>
    </message>
    <message>
        <source>Smooth, without a stop</source>
        <translation>平滑，不停顿</translation>
    </message>
    <message>
        <source>Smooth: by the past only</source>
        <translation>平滑：只看之前的帧</translation>
    </message>
    <message>
        <source>Smooth: close to the movement</source>
        <translation>平滑：贴近动作</translation>
    </message>
    <message>
        <source>Smooth: soft</source>
        <translation>平滑：柔和</translation>
    </message>
    <message>
        <source>Smooth: take off quick jitter</source>
        <translation>平滑：去除快速抖动</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑方式</translation>
    </message>
    <message>
        <source>Something that should not happen: {error}</source>
        <translation>出现了意外情况：{error}</translation>
    </message>
    <message>
        <source>Something went wrong: {what}. Your work is not lost; please use Help &gt; Report a problem.</source>
        <translation>出现意外错误：{what}。您的工作没有丢失；请使用“帮助 &gt; 报告问题”。</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Speech</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>Speech, picture and video</source>
        <translation>语音、图片和视频</translation>
    </message>
    <message>
        <source>Speech, picture and video…</source>
        <translation>语音、图片和视频…</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Split the clip</source>
        <translation>分割片段</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>张开</translation>
    </message>
    <message>
        <source>Square, for EchoMimicV2</source>
        <translation>正方形，用于 EchoMimicV2</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Standard takes its time; accelerated needs weights of its own and a fifth of the steps</source>
        <translation>标准较慢；加速需要自己的权重，步数为五分之一</translation>
    </message>
    <message>
        <source>Starts and ends slowly</source>
        <translation>慢起慢停</translation>
    </message>
    <message>
        <source>Starts or ends slowly</source>
        <translation>缓慢开始或结束</translation>
    </message>
    <message>
        <source>Starts slowly</source>
        <translation>慢慢开始</translation>
    </message>
    <message>
        <source>Steady the bones</source>
        <translation>稳定骨骼</translation>
    </message>
    <message>
        <source>SteadyDancer: as MusePose, drawn at twice the size</source>
        <translation>SteadyDancer：同 MusePose，两倍大小绘制</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Steps that are done are kept</source>
        <translation>已完成的步会保留</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop them and close</source>
        <translation>停止任务并关闭</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Stopped: {title}</source>
        <translation>已停止：{title}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Straight</source>
        <translation>匀速</translation>
    </message>
    <message>
        <source>Stretch or squeeze what is there</source>
        <translation>拉伸或压缩现有内容</translation>
    </message>
    <message>
        <source>Stretch the clip</source>
        <translation>拉伸片段</translation>
    </message>
    <message>
        <source>Stretched</source>
        <translation>拉伸</translation>
    </message>
    <message>
        <source>Stretched to fill EchoMimicV2's square</source>
        <translation>拉伸填满 EchoMimicV2 的方形画布</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Style of the pose map</source>
        <translation>姿态图的风格</translation>
    </message>
    <message>
        <source>Switch the track off</source>
        <translation>关闭轨道</translation>
    </message>
    <message>
        <source>Switch the track on</source>
        <translation>启用轨道</translation>
    </message>
    <message>
        <source>Switch the track on or off.</source>
        <translation>启用或关闭轨道。</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Take a hand</source>
        <translation>选一只手</translation>
    </message>
    <message>
        <source>Take {number}</source>
        <translation>第 {number} 段</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>已生成</translation>
    </message>
    <message>
        <source>Takes off as much jitter as there is; quick strokes stay quick.</source>
        <translation>有多少抖动就去除多少；快速动作依然迅速。</translation>
    </message>
    <message>
        <source>Takes will be listed here, with their settings.</source>
        <translation>生成的视频及其设置会列在这里。</translation>
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
        <source>The GPU is free; the next take loads its networks anew.</source>
        <translation>显卡已释放；下一条会重新载入网络。</translation>
    </message>
    <message>
        <source>The canvases differ in shape: the file is laid over the project in its own proportions.</source>
        <translation>两个画布的形状不同：文件按自身比例叠放在项目上。</translation>
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
        <source>The file does not say its size and rate. It was taken as {size} pixels at {fps} frames per second; write above what is right.</source>
        <translation>文件没有说明尺寸和帧率，已按 {size} 像素、每秒 {fps} 帧处理；请在上面填写正确的值。</translation>
    </message>
    <message>
        <source>The file holds: {parts}</source>
        <translation>文件包含：{parts}</translation>
    </message>
    <message>
        <source>The files that this project refers to. They stay where they are.</source>
        <translation>这个项目引用的文件。它们保留在原处。</translation>
    </message>
    <message>
        <source>The first and the last frame that are played and exported</source>
        <translation>播放和导出的第一帧和最后一帧</translation>
    </message>
    <message>
        <source>The first frame that is played and exported</source>
        <translation>播放和导出的第一帧</translation>
    </message>
    <message>
        <source>The first key holds at all frames. Pose it at another frame, too, and it moves in between.</source>
        <translation>第一个关键帧在所有帧上保持不变。在另一帧也摆好姿态，它就会在两者之间运动。</translation>
    </message>
    <message>
        <source>The folder of EchoMimicV2's weights, as it is published</source>
        <translation>EchoMimicV2 发布的权重文件夹</translation>
    </message>
    <message>
        <source>The frame that is shown, here and in the editor</source>
        <translation>这里和编辑器中显示的帧</translation>
    </message>
    <message>
        <source>The frame that is shown; type one to go there</source>
        <translation>当前显示的帧；输入数字可跳转</translation>
    </message>
    <message>
        <source>The hand was missing and is on its wrist now, at this frame.</source>
        <translation>手原本缺失，现在已在当前帧接到手腕上。</translation>
    </message>
    <message>
        <source>The hands are only {number} pixels tall in the map</source>
        <translation>姿态图中的手只有 {number} 像素高</translation>
    </message>
    <message>
        <source>The joints that it may move</source>
        <translation>它可以移动的关节</translation>
    </message>
    <message>
        <source>The language changes when the jobs are done and PoseForge is started again.</source>
        <translation>任务完成并重新启动 PoseForge 后，语言才会更改。</translation>
    </message>
    <message>
        <source>The largest person</source>
        <translation>画面中最大的人</translation>
    </message>
    <message>
        <source>The last frame leads into the first</source>
        <translation>最后一帧衔接到第一帧</translation>
    </message>
    <message>
        <source>The last frame that is played and exported</source>
        <translation>播放和导出的最后一帧</translation>
    </message>
    <message>
        <source>The left hand rests</source>
        <translation>左手静止位置</translation>
    </message>
    <message>
        <source>The loop is closed: its end is led to where its first frame is, and so: {what}.</source>
        <translation>循环已闭合：结尾被引到第一帧的位置，因此：{what}。</translation>
    </message>
    <message>
        <source>The official way: a square is cut out of the picture, another out of the poses, so that both are of 768 x 768 pixels. Nothing else is changed.</source>
        <translation>官方做法：从图片和姿态中各裁出一个正方形，两者都成为 768 x 768 像素。其他不变。</translation>
    </message>
    <message>
        <source>The performer keeps its rest and its level shoulders: pose its arms instead.</source>
        <translation>虚拟人保持自己的静止姿态和水平的肩膀：请改为摆动它的手臂。</translation>
    </message>
    <message>
        <source>The person at this frame. Drag a joint to pose it: arms and fingers follow. Scroll to zoom, F shows it all.</source>
        <translation>这一帧的人物。拖动关节摆出姿态，手臂和手指会跟随。滚轮缩放，按 F 显示全部。</translation>
    </message>
    <message>
        <source>The person in the picture</source>
        <translation>图中的人物</translation>
    </message>
    <message>
        <source>The person is moved</source>
        <translation>人物移动</translation>
    </message>
    <message>
        <source>The picture is taller than the canvas: its lower part is outside.</source>
        <translation>图片比画布高：其下部在画布之外。</translation>
    </message>
    <message>
        <source>The picture that the model sees at this frame, to the byte. What is not in it, the model does not know of.</source>
        <translation>模型在这一帧看到的图片，每个字节都相同。图中没有的内容，模型就不知道。</translation>
    </message>
    <message>
        <source>The picture that the model will see of this moment. Here it is mirrored if the preview is; what is recorded never is.</source>
        <translation>模型在这一刻会看到的图像。预览为镜像时，这里也是镜像；录下来的永远不是镜像。</translation>
    </message>
    <message>
        <source>The place under the mouse: fractions of the canvas, and pixels</source>
        <translation>鼠标所在位置：画布的比例和像素</translation>
    </message>
    <message>
        <source>The playhead goes back by one</source>
        <translation>播放头后退一帧</translation>
    </message>
    <message>
        <source>The playhead goes on by one</source>
        <translation>播放头前进一帧</translation>
    </message>
    <message>
        <source>The pose in the picture</source>
        <translation>图中的姿态</translation>
    </message>
    <message>
        <source>The poses come to the person in the picture</source>
        <translation>让姿态与图中的人物吻合</translation>
    </message>
    <message>
        <source>The poses do not fit the reference picture ({score} of 100, {enough} would do): {why}.</source>
        <translation>姿态与参考图不吻合（{score} 分，满分 100，{enough} 分即可）：{why}。</translation>
    </message>
    <message>
        <source>The poses of {name} are on the timeline</source>
        <translation>{name} 的姿态已放到时间线</translation>
    </message>
    <message>
        <source>The project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>The project changed meanwhile; repair again.</source>
        <translation>项目在此期间有改动；请再次修复。</translation>
    </message>
    <message>
        <source>The project ends with the speech already: there is nothing to fill.</source>
        <translation>项目已经与语音同时结束：没有需要填充的内容。</translation>
    </message>
    <message>
        <source>The project has changed meanwhile: undo the import first.</source>
        <translation>项目在此期间有改动：请先撤销导入。</translation>
    </message>
    <message>
        <source>The project has changed meanwhile; try again.</source>
        <translation>项目在此期间已更改，请重试。</translation>
    </message>
    <message>
        <source>The project has {ours} frames, the file {theirs}; the rest is left out.</source>
        <translation>项目有 {ours} 帧，文件有 {theirs} 帧；多出的部分不比较。</translation>
    </message>
    <message>
        <source>The project is {count} frames long now.</source>
        <translation>项目现在长 {count} 帧。</translation>
    </message>
    <message>
        <source>The project lasts {now} s, the speech ends at {goal} s. What shall come after the end?</source>
        <translation>项目长 {now} 秒，语音在 {goal} 秒结束。结尾之后放什么？</translation>
    </message>
    <message>
        <source>The project's picture again</source>
        <translation>改回项目的图片</translation>
    </message>
    <message>
        <source>The report was saved as {name}.</source>
        <translation>报告已保存为 {name}。</translation>
    </message>
    <message>
        <source>The right hand rests</source>
        <translation>右手静止位置</translation>
    </message>
    <message>
        <source>The same number makes the same gestures again.</source>
        <translation>相同的数字会生成相同的手势。</translation>
    </message>
    <message>
        <source>The selected clip, or what is from in to out point</source>
        <translation>所选片段，或入点到出点之间的内容</translation>
    </message>
    <message>
        <source>The selected clip: {name}</source>
        <translation>所选片段：{name}</translation>
    </message>
    <message>
        <source>The selected hand at this frame</source>
        <translation>所选的手在当前帧的样子</translation>
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
        <source>The selected joints are drawn again from this frame on</source>
        <translation>从这一帧起重新绘制所选关节</translation>
    </message>
    <message>
        <source>The selected joints are not drawn from this frame on</source>
        <translation>从这一帧起不再绘制所选关节</translation>
    </message>
    <message>
        <source>The selected keys or clip</source>
        <translation>所选的关键帧或片段</translation>
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
        <source>The selected track: {name}</source>
        <translation>所选轨道：{name}</translation>
    </message>
    <message>
        <source>The shape alone: after the file's pose was turned, scaled and moved onto the project's</source>
        <translation>仅形状：先把文件的姿态旋转、缩放、移动到项目的姿态上再比较</translation>
    </message>
    <message>
        <source>The sound could not be written: {problem}</source>
        <translation>无法写入声音：{problem}</translation>
    </message>
    <message>
        <source>The sound does not fit into memory.</source>
        <translation>内存不足，放不下这段声音。</translation>
    </message>
    <message>
        <source>The speech ends at {goal} s: the project of {now} s will end with it.</source>
        <translation>语音在 {goal} 秒结束：{now} 秒的项目会随之结束。</translation>
    </message>
    <message>
        <source>The speech lasts {speech} s, the project {now} s: Timeline &gt; Fill to the speech makes them equal.</source>
        <translation>语音长 {speech} 秒，项目长 {now} 秒：“时间线 &gt; 填充到语音结束”可使两者一致。</translation>
    </message>
    <message>
        <source>The take that is chosen in the Animate panel, at the frame of the timeline: beside the pose map one sees what became of each pose.</source>
        <translation>“动画”面板中选中的一条在时间线当前帧的画面：与姿态图并排，可看到每个姿态的结果。</translation>
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
        <source>The video is over, and the take with it.</source>
        <translation>视频播放完毕，这一条录制也随之结束。</translation>
    </message>
    <message>
        <source>The way of the selected joints</source>
        <translation>所选关节的运动路径</translation>
    </message>
    <message>
        <source>The weights are missing ({size} GB).</source>
        <translation>缺少权重（{size} GB）。</translation>
    </message>
    <message>
        <source>The weights are there.</source>
        <translation>权重已就绪。</translation>
    </message>
    <message>
        <source>The whole project</source>
        <translation>整个项目</translation>
    </message>
    <message>
        <source>Their files, and where the picture lies</source>
        <translation>它们的文件，以及图片的位置</translation>
    </message>
    <message>
        <source>Their pose is known.</source>
        <translation>其姿态已知。</translation>
    </message>
    <message>
        <source>Their pose is not known yet.</source>
        <translation>其姿态尚不清楚。</translation>
    </message>
    <message>
        <source>There are gestures already. Choose a style or another variation to make them anew.</source>
        <translation>已经有手势了。选择风格或换一个变化即可重新生成。</translation>
    </message>
    <message>
        <source>There is little jitter here: what remains is quick movement, which this filter keeps.</source>
        <translation>这里几乎没有抖动：剩下的是快速动作，这个滤镜会保留它们。</translation>
    </message>
    <message>
        <source>There is no clip on this track.</source>
        <translation>这条轨道上没有片段。</translation>
    </message>
    <message>
        <source>There is no graphics card that can be used: this takes many hours. Try the quick preview first.</source>
        <translation>没有可用的显卡：这需要很多小时。请先试试快速预览。</translation>
    </message>
    <message>
        <source>There is no key at this frame, and auto-key is off: set a key first (K).</source>
        <translation>这一帧没有关键帧，且自动关键帧已关闭：请先添加关键帧（K）。</translation>
    </message>
    <message>
        <source>There is no sound device: playing silently.</source>
        <translation>没有声音设备：静音播放。</translation>
    </message>
    <message>
        <source>There is no sound: {problem}</source>
        <translation>没有声音：{problem}</translation>
    </message>
    <message>
        <source>There is none beyond this frame.</source>
        <translation>这一帧之外没有了。</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>内存不足。</translation>
    </message>
    <message>
        <source>There is nothing here for this filter: it changes nothing.</source>
        <translation>这里没有这个滤镜可做的事：它不会改变任何东西。</translation>
    </message>
    <message>
        <source>There is nothing of them in {folder}.</source>
        <translation>{folder} 中还没有任何权重。</translation>
    </message>
    <message>
        <source>There is nothing to repair.</source>
        <translation>没有需要修复的内容。</translation>
    </message>
    <message>
        <source>These are the numbers of the track “{name}”. Here the hand is seen on another track.</source>
        <translation>这些是轨道“{name}”的数值。此处看到的手在另一条轨道上。</translation>
    </message>
    <message>
        <source>These are the settings of that take.</source>
        <translation>已换上那一条的设置。</translation>
    </message>
    <message>
        <source>They are drawn black over other strokes; repair gives them a score.</source>
        <translation>它们会以黑色盖住其他线条；修复会给它们赋予置信度。</translation>
    </message>
    <message>
        <source>They stay so at this frame</source>
        <translation>它们在这一帧保持现在的样子</translation>
    </message>
    <message>
        <source>This folder lacks weights.</source>
        <translation>这个文件夹里缺少权重。</translation>
    </message>
    <message>
        <source>This hand is missing at this frame.</source>
        <translation>这一帧缺少这只手。</translation>
    </message>
    <message>
        <source>This is a sample: a performer with one gesture, “Present”. Let us add another. You can leave the tour at any time.</source>
        <translation>这是一个示例：一位表演者和一个“展示”手势。我们再给它加一个手势。你可以随时离开导览。</translation>
    </message>
    <message>
        <source>This is the exact pose map that the model will get. It follows all that you do.</source>
        <translation>这就是模型将得到的姿态图，与您的每一步操作完全同步。</translation>
    </message>
    <message>
        <source>This point is missing at this frame.</source>
        <translation>这一帧缺少这个点。</translation>
    </message>
    <message>
        <source>This take shows frames {first} to {last}.</source>
        <translation>这一条显示第 {first} 到 {last} 帧。</translation>
    </message>
    <message>
        <source>This track does not move these joints.</source>
        <translation>这条轨道不控制这些关节。</translation>
    </message>
    <message>
        <source>This very take is at work already, or waits for its turn.</source>
        <translation>完全相同的视频已在生成或正在排队。</translation>
    </message>
    <message>
        <source>This video has no sound.</source>
        <translation>此视频没有声音。</translation>
    </message>
    <message>
        <source>This writes a zip file that helps to find a fault. It holds exactly what you see below: versions, settings and the log. No poses, no pictures, no sound; places of files and names are left out. Nothing is sent.</source>
        <translation>这会生成一个有助于查找故障的 zip 文件，内容与下面所见完全一致：版本、设置和日志。不含姿态、图片和声音；文件路径和姓名已去除。不会发送任何内容。</translation>
    </message>
    <message>
        <source>Thumb</source>
        <translation>拇指</translation>
    </message>
    <message>
        <source>Tilt of the shoulders</source>
        <translation>肩线倾斜</translation>
    </message>
    <message>
        <source>Time to get ready</source>
        <translation>准备时间</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>To and fro</source>
        <translation>来回往复</translation>
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
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>Tour</source>
        <translation>导览</translation>
    </message>
    <message>
        <source>Toward the viewer</source>
        <translation>朝向观众</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>轨道</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>播放控制</translation>
    </message>
    <message>
        <source>Trim the clip</source>
        <translation>裁剪片段</translation>
    </message>
    <message>
        <source>Turn the selected joints about the wrist</source>
        <translation>绕手腕旋转所选关节</translation>
    </message>
    <message>
        <source>Turn to the viewer</source>
        <translation>转向观众</translation>
    </message>
    <message>
        <source>Turns the palm up</source>
        <translation>掌心翻向上</translation>
    </message>
    <message>
        <source>Twist</source>
        <translation>扭转</translation>
    </message>
    <message>
        <source>Under Gestures, drag one onto the timeline; or double-click it, and it begins where the red line is.</source>
        <translation>在“手势”中，将一个拖到时间线上；或双击它，它会从红线处开始。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo: {step}</source>
        <translation>撤销：{step}</translation>
    </message>
    <message>
        <source>Undone: {step}</source>
        <translation>已撤销：{step}</translation>
    </message>
    <message>
        <source>UniAnimate: body with feet, and hands</source>
        <translation>UniAnimate：身体（含脚）和双手</translation>
    </message>
    <message>
        <source>Unit of length</source>
        <translation>长度单位</translation>
    </message>
    <message>
        <source>Unlock the track</source>
        <translation>解锁轨道</translation>
    </message>
    <message>
        <source>Unsaved work cannot be kept safe: {problem}</source>
        <translation>无法保护未保存的工作：{problem}</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>纵向</translation>
    </message>
    <message>
        <source>Upright, 9:16</source>
        <translation>竖屏，9:16</translation>
    </message>
    <message>
        <source>Upward axis</source>
        <translation>向上的轴</translation>
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
        <source>Use these settings again</source>
        <translation>再次使用这些设置</translation>
    </message>
    <message>
        <source>VACE: body and face</source>
        <translation>VACE：身体和面部</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Video or picture</source>
        <translation>视频或图片</translation>
    </message>
    <message>
        <source>Video, picture or folder</source>
        <translation>视频、图片或文件夹</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Videos and pictures</source>
        <translation>视频和图片</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>View of the canvas</source>
        <translation>画布视图</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Wan2.2-Animate: body with feet, and hands, strokes as wide as the picture is large</source>
        <translation>Wan2.2-Animate：身体（含脚）和双手，线宽随画面大小</translation>
    </message>
    <message>
        <source>Wan2.2-S2V: body and hands</source>
        <translation>Wan2.2-S2V：身体和双手</translation>
    </message>
    <message>
        <source>Warning: {what}</source>
        <translation>警告：{what}</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Weight of the track</source>
        <translation>轨道的权重</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>What follows the clip's last frame</source>
        <translation>片段最后一帧之后的内容</translation>
    </message>
    <message>
        <source>What is open is not saved, so this tour uses your project. Whatever you do can be undone, and you can leave at any time.</source>
        <translation>当前打开的项目尚未保存，因此导览直接使用您的项目。所做的一切都可以撤销，也可以随时离开。</translation>
    </message>
    <message>
        <source>What is quicker than a frequency goes; used in biomechanics (Butterworth).</source>
        <translation>去除高于某一频率的变化；常用于生物力学（Butterworth）。</translation>
    </message>
    <message>
        <source>What is selected, in numbers: bend a finger, turn a wrist, pick a hand shape, change a clip or a track.</source>
        <translation>用数值调整所选内容：弯曲手指、转动手腕、选择手形、更改片段或轨道。</translation>
    </message>
    <message>
        <source>What is shown now is exported, with the change that is not applied yet.</source>
        <translation>导出的是当前显示的内容，包括尚未应用的更改。</translation>
    </message>
    <message>
        <source>What is shown when the clip lasts longer than its source</source>
        <translation>片段比源更长时显示的内容</translation>
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
        <source>What the camera sees</source>
        <translation>摄像头看到的画面</translation>
    </message>
    <message>
        <source>What the model sees, over the skeleton</source>
        <translation>在骨架上叠加模型所见的画面</translation>
    </message>
    <message>
        <source>What the track is for</source>
        <translation>轨道的用途</translation>
    </message>
    <message>
        <source>What you record will be listed here: to be played, renamed, discarded, or put on the timeline.</source>
        <translation>录制的内容会列在这里：可以播放、改名、丢弃，或放到时间线上。</translation>
    </message>
    <message>
        <source>Where EchoMimicV2 expects the body</source>
        <translation>EchoMimicV2 期望的身体位置</translation>
    </message>
    <message>
        <source>Where is the person in the picture? Poses are fitted to that.</source>
        <translation>图片里的人在哪里？姿态将以此为准贴合。</translation>
    </message>
    <message>
        <source>Where playing and exports begin</source>
        <translation>播放和导出从这里开始</translation>
    </message>
    <message>
        <source>Where playing and exports end</source>
        <translation>播放和导出到这里结束</translation>
    </message>
    <message>
        <source>Where the picture lies</source>
        <translation>图片的位置</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>保存位置</translation>
    </message>
    <message>
        <source>Whether it counts</source>
        <translation>是否起作用</translation>
    </message>
    <message>
        <source>Whether it is kept from being changed</source>
        <translation>是否防止更改</translation>
    </message>
    <message>
        <source>Whether the poses fit the picture: its pose is not known yet.</source>
        <translation>姿态与参考图是否吻合：还不知道图中人物的姿态。</translation>
    </message>
    <message>
        <source>Which fits the reference picture best?</source>
        <translation>哪个与参考图最吻合？</translation>
    </message>
    <message>
        <source>Which fits the reference picture best? Gives each sequence a score of 100, the best first. Needs a reference picture whose pose is known.</source>
        <translation>哪个与参考图最吻合？给每个序列打分（满分 100），最好的排在最前。需要一张姿态已知的参考图。</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Who is in the middle</source>
        <translation>位于中间的人</translation>
    </message>
    <message>
        <source>Who shall be shown?</source>
        <translation>要显示谁？</translation>
    </message>
    <message>
        <source>Who shall move, behind the poses</source>
        <translation>要动起来的人，显示在姿态后面</translation>
    </message>
    <message>
        <source>Whole</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Wide, 16:9</source>
        <translation>横屏，16:9</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽</translation>
    </message>
    <message>
        <source>Width and height of the video in pixels, multiples of 8</source>
        <translation>视频的宽和高，以像素计，须为 8 的倍数</translation>
    </message>
    <message>
        <source>Width of the shoulders</source>
        <translation>肩宽</translation>
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
        <source>Working out the poses…</source>
        <translation>正在计算姿态…</translation>
    </message>
    <message>
        <source>Write the rate as a number, as 24 or 29.97</source>
        <translation>请用数字填写帧率，如 24 或 29.97</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>正在写入</translation>
    </message>
    <message>
        <source>Yaw</source>
        <translation>偏转</translation>
    </message>
    <message>
        <source>Your own hand shapes and gestures come here: select a hand or a clip, and save it as a preset.</source>
        <translation>您自己的手形和手势会出现在这里：选中一只手或一个片段，然后存为预设。</translation>
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
        <source>Zoom in on the timeline</source>
        <translation>放大时间线</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Zoom out of the timeline</source>
        <translation>缩小时间线</translation>
    </message>
    <message>
        <source>Zoom: screen pixels to a pixel of the canvas</source>
        <translation>缩放：屏幕像素与画布像素之比</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>a little</source>
        <translation>略微</translation>
    </message>
    <message>
        <source>a name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>a number, as 24 or 29.97</source>
        <translation>数字，如 24 或 29.97</translation>
    </message>
    <message>
        <source>add prompt.txt; negative/ holds the same poses, each widened and scaled at random, as its own preparation does</source>
        <translation>请另加 prompt.txt；negative/ 中是同样的姿态，各自随机拉宽和缩放，与其自带的预处理相同</translation>
    </message>
    <message>
        <source>add ref_pose.jpg (pose.jpg in some versions), the pose of the reference picture: the 0000.jpg of an export of that; the first UniAnimate takes only 32 frames</source>
        <translation>请另加 ref_pose.jpg（有的版本为 pose.jpg），即参考图片的姿态：导出它所得的 0000.jpg；初版 UniAnimate 只接受 32 帧</translation>
    </message>
    <message>
        <source>add src_face.mp4, 512x512 crops of a speaking face at the same rate; to replace somebody also src_bg.mp4 and src_mask.mp4</source>
        <translation>请另加 src_face.mp4，即同帧率、512x512 的说话面部；替换人物时还需 src_bg.mp4 和 src_mask.mp4</translation>
    </message>
    <message>
        <source>after</source>
        <translation>处理后</translation>
    </message>
    <message>
        <source>almost suddenly</source>
        <translation>近乎突然</translation>
    </message>
    <message>
        <source>and {count} more findings</source>
        <translation>以及另外 {count} 个问题</translation>
    </message>
    <message>
        <source>ankle</source>
        <translation>脚踝</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>arms</source>
        <translation>手臂</translation>
    </message>
    <message>
        <source>as much as there is jitter</source>
        <translation>按抖动大小</translation>
    </message>
    <message>
        <source>before</source>
        <translation>处理前</translation>
    </message>
    <message>
        <source>big toe</source>
        <translation>大脚趾</translation>
    </message>
    <message>
        <source>body</source>
        <translation>身体</translation>
    </message>
    <message>
        <source>by the past only</source>
        <translation>只看之前的帧</translation>
    </message>
    <message>
        <source>canvas size</source>
        <translation>画布尺寸</translation>
    </message>
    <message>
        <source>clearly</source>
        <translation>明显</translation>
    </message>
    <message>
        <source>close to the movement</source>
        <translation>贴近动作</translation>
    </message>
    <message>
        <source>collarbone</source>
        <translation>锁骨</translation>
    </message>
    <message>
        <source>divided by commas</source>
        <translation>用逗号分隔</translation>
    </message>
    <message>
        <source>down; up below zero</source>
        <translation>向下；负数为向上</translation>
    </message>
    <message>
        <source>ear</source>
        <translation>耳朵</translation>
    </message>
    <message>
        <source>easy_ViTPose JSON</source>
        <translation>easy_ViTPose JSON</translation>
    </message>
    <message>
        <source>elbow</source>
        <translation>肘</translation>
    </message>
    <message>
        <source>end</source>
        <translation>结尾</translation>
    </message>
    <message>
        <source>eye</source>
        <translation>眼睛</translation>
    </message>
    <message>
        <source>face</source>
        <translation>面部</translation>
    </message>
    <message>
        <source>farther left</source>
        <translation>偏左</translation>
    </message>
    <message>
        <source>farther right</source>
        <translation>偏右</translation>
    </message>
    <message>
        <source>feet</source>
        <translation>双脚</translation>
    </message>
    <message>
        <source>foot</source>
        <translation>脚</translation>
    </message>
    <message>
        <source>frame rate</source>
        <translation>帧率</translation>
    </message>
    <message>
        <source>frames {first} to {last}</source>
        <translation>第 {first} 到 {last} 帧</translation>
    </message>
    <message>
        <source>from</source>
        <translation>从</translation>
    </message>
    <message>
        <source>from frame</source>
        <translation>起始帧</translation>
    </message>
    <message>
        <source>gently</source>
        <translation>轻柔</translation>
    </message>
    <message>
        <source>gestures</source>
        <translation>手势</translation>
    </message>
    <message>
        <source>give it as --pose_video beside the sound</source>
        <translation>与声音一起，作为 --pose_video 使用</translation>
    </message>
    <message>
        <source>give it as src_video; frames that it shall invent are grey (127) there</source>
        <translation>作为 src_video 使用；要由模型生成的帧填成灰色 (127)</translation>
    </message>
    <message>
        <source>give it as the pose video</source>
        <translation>作为姿态视频使用</translation>
    </message>
    <message>
        <source>guidance {number}</source>
        <translation>引导 {number}</translation>
    </message>
    <message>
        <source>hand root</source>
        <translation>掌根</translation>
    </message>
    <message>
        <source>hands</source>
        <translation>手</translation>
    </message>
    <message>
        <source>head</source>
        <translation>头</translation>
    </message>
    <message>
        <source>heel</source>
        <translation>脚跟</translation>
    </message>
    <message>
        <source>higher</source>
        <translation>偏高</translation>
    </message>
    <message>
        <source>hip</source>
        <translation>髋</translation>
    </message>
    <message>
        <source>how sure each point is</source>
        <translation>每个点的可信度</translation>
    </message>
    <message>
        <source>in an arc</source>
        <translation>沿圆弧</translation>
    </message>
    <message>
        <source>in the folder of models</source>
        <translation>在模型文件夹中</translation>
    </message>
    <message>
        <source>index finger</source>
        <translation>食指</translation>
    </message>
    <message>
        <source>it also takes faces/, masks of the face, and --size 576x1024</source>
        <translation>还可提供 faces/（面部蒙版）和 --size 576x1024</translation>
    </message>
    <message>
        <source>it reads a real video: these maps go in place of what its DWPose step draws, after one of the reference picture, which has to be the first</source>
        <translation>它读取真实视频：用这些姿态图代替其 DWPose 步骤的结果，且第一张必须是参考图片的姿态图</translation>
    </message>
    <message>
        <source>its own</source>
        <translation>与项目相同</translation>
    </message>
    <message>
        <source>jaw</source>
        <translation>下颌</translation>
    </message>
    <message>
        <source>keys</source>
        <translation>关键帧</translation>
    </message>
    <message>
        <source>knee</source>
        <translation>膝</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>left hand</source>
        <translation>左手</translation>
    </message>
    <message>
        <source>left {part}</source>
        <translation>左{part}</translation>
    </message>
    <message>
        <source>little finger</source>
        <translation>小指</translation>
    </message>
    <message>
        <source>lower</source>
        <translation>偏低</translation>
    </message>
    <message>
        <source>middle finger</source>
        <translation>中指</translation>
    </message>
    <message>
        <source>missing: {count}</source>
        <translation>缺失：{count}</translation>
    </message>
    <message>
        <source>neck</source>
        <translation>颈</translation>
    </message>
    <message>
        <source>nobody is in any frame, so there is nothing to animate</source>
        <translation>所有帧中都没有人，没有可生成动画的内容</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>nose</source>
        <translation>鼻子</translation>
    </message>
    <message>
        <source>notes of the source</source>
        <translation>来源备注</translation>
    </message>
    <message>
        <source>of its part</source>
        <translation>按部位</translation>
    </message>
    <message>
        <source>one frame in {number}</source>
        <translation>每 {number} 帧一帧</translation>
    </message>
    <message>
        <source>one picture a frame, at the canvas's own size; nodes that read POSE_KEYPOINT take `poseforge convert --to openpose-list`</source>
        <translation>每帧一张图片，尺寸与画布相同；读取 POSE_KEYPOINT 的节点请用 `poseforge convert --to openpose-list`</translation>
    </message>
    <message>
        <source>pelvis</source>
        <translation>骨盆</translation>
    </message>
    <message>
        <source>points</source>
        <translation>点</translation>
    </message>
    <message>
        <source>pose-format file (.pose)</source>
        <translation>pose-format 文件 (.pose)</translation>
    </message>
    <message>
        <source>poses</source>
        <translation>姿态</translation>
    </message>
    <message>
        <source>put it into assets/poses/align and name it in the test case</source>
        <translation>放入 assets/poses/align，并在测试配置中写上文件名</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>right hand</source>
        <translation>右手</translation>
    </message>
    <message>
        <source>right {part}</source>
        <translation>右{part}</translation>
    </message>
    <message>
        <source>ring finger</source>
        <translation>无名指</translation>
    </message>
    <message>
        <source>scale</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>seed {number}</source>
        <translation>种子 {number}</translation>
    </message>
    <message>
        <source>several people</source>
        <translation>多人</translation>
    </message>
    <message>
        <source>shoulder</source>
        <translation>肩</translation>
    </message>
    <message>
        <source>shoulders</source>
        <translation>双肩</translation>
    </message>
    <message>
        <source>small toe</source>
        <translation>小脚趾</translation>
    </message>
    <message>
        <source>soft</source>
        <translation>柔和</translation>
    </message>
    <message>
        <source>spine</source>
        <translation>脊柱</translation>
    </message>
    <message>
        <source>strongly</source>
        <translation>强烈</translation>
    </message>
    <message>
        <source>take a source that has it, or give it a hand shape: in the editor's hand panel in all frames, or with a shape: line in a script for poseforge compose</source>
        <translation>请使用含有这只手的来源，或为它指定手形：在编辑器的手部面板中选择“所有帧”，或在 poseforge compose 的脚本中写一行 shape:</translation>
    </message>
    <message>
        <source>take off quick jitter</source>
        <translation>去除快速抖动</translation>
    </message>
    <message>
        <source>the poses must have the proportions and the place of whoever is in the reference picture</source>
        <translation>姿态的比例和位置必须与参考图片中的人一致</translation>
    </message>
    <message>
        <source>there are no hands in these frames, and EchoMimicV2 draws nothing else</source>
        <translation>这些帧中没有手，而 EchoMimicV2 只画手</translation>
    </message>
    <message>
        <source>thumb</source>
        <translation>拇指</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>to the right; to the left below zero</source>
        <translation>向右；负数为向左</translation>
    </message>
    <message>
        <source>very strongly</source>
        <translation>非常强烈</translation>
    </message>
    <message>
        <source>whole body</source>
        <translation>整个身体</translation>
    </message>
    <message>
        <source>width x height in pixels, as 1280x720</source>
        <translation>宽 x 高（像素），如 1280x720</translation>
    </message>
    <message>
        <source>wrist</source>
        <translation>手腕</translation>
    </message>
    <message>
        <source>{axis} in fractions of the canvas</source>
        <translation>{axis}（画布的比例）</translation>
    </message>
    <message>
        <source>{axis} in pixels</source>
        <translation>{axis}（像素）</translation>
    </message>
    <message>
        <source>{command} (on)</source>
        <translation>{command}（已开启）</translation>
    </message>
    <message>
        <source>{count} dropped</source>
        <translation>丢弃 {count} 张</translation>
    </message>
    <message>
        <source>{count} frames</source>
        <translation>{count} 帧</translation>
    </message>
    <message>
        <source>{count} gestures on the beats of the speech.</source>
        <translation>在语音的重音上放置了 {count} 个手势。</translation>
    </message>
    <message>
        <source>{count} gestures; the project ends before the speech does.</source>
        <translation>{count} 个手势；项目在语音之前结束。</translation>
    </message>
    <message>
        <source>{count} more wait</source>
        <translation>还有 {count} 个等待</translation>
    </message>
    <message>
        <source>{count} steps</source>
        <translation>{count} 步</translation>
    </message>
    <message>
        <source>{file}; pixels: {pixels}; frames per second: {rate}; frames at a time: {count}</source>
        <translation>{file}；像素：{pixels}；每秒帧数：{rate}；每次帧数：{count}</translation>
    </message>
    <message>
        <source>{finger}, curl</source>
        <translation>{finger}弯曲</translation>
    </message>
    <message>
        <source>{finger}, spread</source>
        <translation>{finger}张开</translation>
    </message>
    <message>
        <source>{frames} frames on {device}: about {memory} GB with the plan {plan}</source>
        <translation>{device} 上 {frames} 帧：方案 {plan} 约需 {memory} GB</translation>
    </message>
    <message>
        <source>{frames} frames on {device}: fits, about {memory} of {free} GB with the plan {plan}</source>
        <translation>{device} 上 {frames} 帧：放得下，方案 {plan} 约需 {memory} GB，可用 {free} GB</translation>
    </message>
    <message>
        <source>{frames} frames on {device}: may not fit, {memory} GB with the leanest plan, {plan}, and {free} are free</source>
        <translation>{device} 上 {frames} 帧：可能放不下，最省的方案 {plan} 需要 {memory} GB，可用 {free} GB</translation>
    </message>
    <message>
        <source>{hand} is cut by the border of the picture</source>
        <translation>{hand}被画面边缘截断</translation>
    </message>
    <message>
        <source>{hand} is in no frame</source>
        <translation>所有帧中都没有{hand}</translation>
    </message>
    <message>
        <source>{hand} is lost</source>
        <translation>{hand}丢失</translation>
    </message>
    <message>
        <source>{hand} is outside the picture</source>
        <translation>{hand}在画面之外</translation>
    </message>
    <message>
        <source>{hand} jitters</source>
        <translation>{hand}抖动</translation>
    </message>
    <message>
        <source>{hand} jumps between two frames</source>
        <translation>{hand}在两帧之间跳动</translation>
    </message>
    <message>
        <source>{hand}: impossible scores</source>
        <translation>{hand}：置信度异常</translation>
    </message>
    <message>
        <source>{hand}: points without a score</source>
        <translation>{hand}：有点缺少置信度</translation>
    </message>
    <message>
        <source>{joint} · drag: bends the finger. Double-click: the finger</source>
        <translation>{joint} · 拖动：弯曲手指。双击：选中手指</translation>
    </message>
    <message>
        <source>{joint} · drag: moves it. Double-click: its limb. Alt: compare with the start</source>
        <translation>{joint} · 拖动：移动。双击：选中肢体。Alt：与开始时比较</translation>
    </message>
    <message>
        <source>{joint} · drag: moves what is selected</source>
        <translation>{joint} · 拖动：移动所选关节</translation>
    </message>
    <message>
        <source>{joint} · drag: the arm follows the hand. Triple-click: the whole hand</source>
        <translation>{joint} · 拖动：手臂跟随手移动。三击：选中整只手</translation>
    </message>
    <message>
        <source>{joint} · drag: turns the hand. Double-click: the finger</source>
        <translation>{joint} · 拖动：转动手。双击：选中手指</translation>
    </message>
    <message>
        <source>{joint} · only guessed by the detector ({confidence})</source>
        <translation>{joint} · 只是检测器的猜测（{confidence}）</translation>
    </message>
    <message>
        <source>{joint}, correction</source>
        <translation>{joint}，修正</translation>
    </message>
    <message>
        <source>{keys} writes it for EchoMimicV2 and others. Help &gt; Tour shows this again.</source>
        <translation>按 {keys} 导出给 EchoMimicV2 等使用。“帮助 &gt; 导览”可以再次观看。</translation>
    </message>
    <message>
        <source>{made} made, {before} made before, {failed} failed</source>
        <translation>完成 {made} 个，之前已有 {before} 个，失败 {failed} 个</translation>
    </message>
    <message>
        <source>{minutes} min left</source>
        <translation>还需 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{missing} of {count} frames could not take the shape, for they have no wrist to put the hand on: {frames}. Put a gesture there, or cut them off.</source>
        <translation>{count} 帧中有 {missing} 帧无法取得手形，因为没有可以放手的手腕：{frames}。请在那里放一个手势，或剪掉它们。</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names}等，另有 {count} 个</translation>
    </message>
    <message>
        <source>{name} (key {number})</source>
        <translation>{name}（按键 {number}）</translation>
    </message>
    <message>
        <source>{name} begins at frame {frame} and overlaps {others}.</source>
        <translation>{name}从第 {frame} 帧开始，与{others}重叠。</translation>
    </message>
    <message>
        <source>{name} begins at frame {frame}.</source>
        <translation>“{name}”从第 {frame} 帧开始。</translation>
    </message>
    <message>
        <source>{name} cannot be as short as {old} was: it lasts from frame {first} to {last}.</source>
        <translation>{name}无法像{old}那样短：它从第 {first} 帧持续到第 {last} 帧。</translation>
    </message>
    <message>
        <source>{name} cannot be written: {why}</source>
        <translation>无法写入 {name}：{why}</translation>
    </message>
    <message>
        <source>{name} could not be put into the bin.</source>
        <translation>无法把 {name} 放入回收站。</translation>
    </message>
    <message>
        <source>{name} has been changed by somebody else since it was opened here. Saving would replace that.</source>
        <translation>{name} 在此处打开后已被其他人修改。保存会覆盖这些修改。</translation>
    </message>
    <message>
        <source>{name} holds no person.</source>
        <translation>{name} 中没有人物。</translation>
    </message>
    <message>
        <source>{name} in place of {old}: frames {first} to {last}.</source>
        <translation>{name}已替换{old}：第 {first} 至 {last} 帧。</translation>
    </message>
    <message>
        <source>{name} is in the bin.</source>
        <translation>{name} 已放入回收站。</translation>
    </message>
    <message>
        <source>{name} is open in another window of PoseForge. What is saved there and here would replace one another.</source>
        <translation>{name} 已在另一个 PoseForge 窗口中打开。两边的保存会互相覆盖。</translation>
    </message>
    <message>
        <source>{name} is open.</source>
        <translation>已打开 {name}。</translation>
    </message>
    <message>
        <source>{name} was added on its own track “{track}”, from frame {frame} on.</source>
        <translation>{name} 已添加到单独的轨道“{track}”，从第 {frame} 帧开始。</translation>
    </message>
    <message>
        <source>{name} was saved; it is in the library under Mine.</source>
        <translation>{name} 已保存，在库的“我的”中。</translation>
    </message>
    <message>
        <source>{name}: frames {first} to {last}, blends of {into} and {out} frames</source>
        <translation>{name}：第 {first} 至 {last} 帧，淡入 {into} 帧，淡出 {out} 帧</translation>
    </message>
    <message>
        <source>{name}: frames {first} to {last}. An in and an out point around the place say which.</source>
        <translation>“{name}”：第 {first} 到 {last} 帧。可用该位置前后的入点和出点来指定范围。</translation>
    </message>
    <message>
        <source>{name}: is a project; open it instead.</source>
        <translation>{name}：这是项目文件，请用“打开”。</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} / {count}</translation>
    </message>
    <message>
        <source>{part} {number}</source>
        <translation>{part} {number}</translation>
    </message>
    <message>
        <source>{path} is there already and will be replaced.</source>
        <translation>{path} 已存在，将被替换。</translation>
    </message>
    <message>
        <source>{path}: is no picture</source>
        <translation>{path}：不是图片</translation>
    </message>
    <message>
        <source>{problem} File &gt; Speech, picture and video lets you locate it.</source>
        <translation>{problem} 可在“文件 &gt; 语音、图片和视频”中重新定位。</translation>
    </message>
    <message>
        <source>{problem} What was recorded is kept.</source>
        <translation>{problem}已录制的内容已保留。</translation>
    </message>
    <message>
        <source>{problem} ⟳ above opens it again.</source>
        <translation>{problem}按上面的 ⟳ 重新打开。</translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation>{rate} fps</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>还需 {seconds} 秒</translation>
    </message>
    <message>
        <source>{size} pixels</source>
        <translation>{size} 像素</translation>
    </message>
    <message>
        <source>{size} pixels, {seconds} s long</source>
        <translation>{size} 像素，时长 {seconds} 秒</translation>
    </message>
    <message>
        <source>{step}: not done, for the project has changed meanwhile.</source>
        <translation>{step}：未执行，因为项目在此期间已更改。</translation>
    </message>
    <message>
        <source>{title}: goes on under Jobs</source>
        <translation>{title}：在“任务”中继续</translation>
    </message>
    <message>
        <source>{title}: nothing was changed.</source>
        <translation>{title}：什么都没有改变。</translation>
    </message>
    <message>
        <source>{value} px</source>
        <translation>{value} px</translation>
    </message>
    <message>
        <source>{value}, guessed</source>
        <translation>{value}（猜测值）</translation>
    </message>
    <message>
        <source>{way}: {strength}</source>
        <translation>{way}：{strength}</translation>
    </message>
    <message>
        <source>{what} (Space)</source>
        <translation>{what}（空格键）</translation>
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
        <source>{what}: choose a file</source>
        <translation>{what}：选择文件</translation>
    </message>
    <message>
        <source>{what}: first frame</source>
        <translation>{what}：第一帧</translation>
    </message>
    <message>
        <source>{what}: remove</source>
        <translation>{what}：移除</translation>
    </message>
    <message>
        <source>{when} · interrupted</source>
        <translation>{when} · 已中断</translation>
    </message>
    <message>
        <source>{when} · is made in another editor</source>
        <translation>{when} · 正在另一个编辑器中制作</translation>
    </message>
    <message>
        <source>“{command}” has {keys} already.</source>
        <translation>“{command}”已使用 {keys}。</translation>
    </message>
</context>
</TS>
