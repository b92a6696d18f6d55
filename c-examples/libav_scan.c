/* Scans a video with FFmpeg's libraries. The analyser reads each decoded frame where it is, without a copy.
 *
 *     gcc -Iinclude c-examples/libav_scan.c target/release/libflashinator.a \
 *         $(pkg-config --cflags --libs libavformat libavcodec libavutil) -o libav_scan
 *     ./libav_scan clip.mp4
 *
 * Exit status: 0 if the video is safe, 1 if it fails, 2 if it could not be analysed.
 */
#include <flashinator.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
#include <libavutil/rational.h>
#include <stdio.h>
#include <stdlib.h>

/* What is open while a video is scanned. */
struct scan {
    AVFormatContext *file;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *frame;
    AVRational time_base;
    int stream;
    void *memory;
    flashinator_analyser *analyser;
};

static const char *problem;

/* Keeps the first problem. Returns false. */
static int failed(const char *what)
{
    if (problem == NULL)
        problem = what;
    return 0;
}

/* The format, or 0, which the library refuses. */
static flashinator_format format_of(enum AVPixelFormat format)
{
    switch (format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P: return FLASHINATOR_FORMAT_I420;
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P: return FLASHINATOR_FORMAT_I422;
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P: return FLASHINATOR_FORMAT_I444;
    case AV_PIX_FMT_YUV420P10LE: return FLASHINATOR_FORMAT_I420P10;
    case AV_PIX_FMT_YUV422P10LE: return FLASHINATOR_FORMAT_I422P10;
    case AV_PIX_FMT_YUV444P10LE: return FLASHINATOR_FORMAT_I444P10;
    case AV_PIX_FMT_NV12: return FLASHINATOR_FORMAT_NV12;
    case AV_PIX_FMT_P010LE: return FLASHINATOR_FORMAT_P010;
    case AV_PIX_FMT_RGB24: return FLASHINATOR_FORMAT_RGB24;
    case AV_PIX_FMT_BGR24: return FLASHINATOR_FORMAT_BGR24;
    case AV_PIX_FMT_RGBA: return FLASHINATOR_FORMAT_RGBA;
    case AV_PIX_FMT_BGRA: return FLASHINATOR_FORMAT_BGRA;
    case AV_PIX_FMT_GBRP: return FLASHINATOR_FORMAT_GBRP;
    case AV_PIX_FMT_GRAY8: return FLASHINATOR_FORMAT_GRAY8;
    default: return 0;
    }
}

static flashinator_matrix matrix_of(enum AVColorSpace space)
{
    switch (space) {
    case AVCOL_SPC_BT709: return FLASHINATOR_MATRIX_BT709;
    case AVCOL_SPC_BT2020_NCL: return FLASHINATOR_MATRIX_BT2020;
    default: return FLASHINATOR_MATRIX_BT601;
    }
}

/* The planes of a frame, for the analyser. */
static flashinator_frame view(const AVFrame *from)
{
    const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(from->format);
    flashinator_frame frame = {
        .format = format_of(from->format),
        .width = (uint32_t)from->width,
        .height = (uint32_t)from->height,
    };
    for (int i = 0; i < 3 && from->data[i] != NULL; i++) {
        const int shift = i == 0 || about == NULL ? 0 : about->log2_chroma_h;
        const size_t rows = (size_t)AV_CEIL_RSHIFT(from->height, shift);
        const ptrdiff_t stride = from->linesize[i];
        frame.planes[i].data = from->data[i];
        frame.planes[i].stride = stride;
        frame.planes[i].size = rows * (size_t)(stride < 0 ? -stride : stride);
    }
    return frame;
}

/* Begins an analyser for frames like the first one. */
static int begin(struct scan *scan, const AVFrame *first)
{
    const uint32_t width = (uint32_t)first->width, height = (uint32_t)first->height;
    const flashinator_format format = format_of(first->format);
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    settings.max_fps = 240;
    /* Pixels that are not square. */
    if (first->sample_aspect_ratio.num > 0 && first->sample_aspect_ratio.den > 0)
        settings.pixel_aspect = (float)av_q2d(first->sample_aspect_ratio);
    settings.matrix = matrix_of(first->colorspace);
    settings.range = first->color_range == AVCOL_RANGE_JPEG ? FLASHINATOR_RANGE_FULL
                                                            : FLASHINATOR_RANGE_LIMITED;
    size_t size;
    flashinator_status status = flashinator_analyser_memory(format, width, height, &settings, &size);
    if (status == FLASHINATOR_OK) {
        scan->memory = malloc(size);
        if (scan->memory == NULL)
            return failed("out of memory");
        status = flashinator_analyser_init(scan->memory, size, format, width, height, &settings,
                                           &scan->analyser);
    }
    return status == FLASHINATOR_OK ? 1 : failed(flashinator_status_text(status));
}

/* Pushes all frames that the decoder has ready. */
static int receive(struct scan *scan)
{
    while (avcodec_receive_frame(scan->decoder, scan->frame) == 0) {
        if (scan->analyser == NULL && !begin(scan, scan->frame))
            return 0;
        const flashinator_frame frame = view(scan->frame);
        const flashinator_time time = {scan->frame->best_effort_timestamp,
                                       (uint32_t)scan->time_base.num, (uint32_t)scan->time_base.den};
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        const flashinator_status status =
            flashinator_analyser_push(scan->analyser, &frame, time, &report);
        av_frame_unref(scan->frame);
        if (status != FLASHINATOR_OK)
            return failed(flashinator_status_text(status));
    }
    return 1;
}

static int open_video(struct scan *scan, const char *path)
{
    const AVCodec *codec = NULL;
    if (avformat_open_input(&scan->file, path, NULL, NULL) < 0)
        return failed("cannot be opened as a video");
    if (avformat_find_stream_info(scan->file, NULL) < 0)
        return failed("has no streams that can be read");
    scan->stream = av_find_best_stream(scan->file, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (scan->stream < 0 || codec == NULL)
        return failed("has no video");
    const AVStream *stream = scan->file->streams[scan->stream];
    scan->time_base = stream->time_base;
    scan->decoder = avcodec_alloc_context3(codec);
    scan->packet = av_packet_alloc();
    scan->frame = av_frame_alloc();
    if (scan->decoder == NULL || scan->packet == NULL || scan->frame == NULL)
        return failed("out of memory");
    scan->decoder->thread_count = 0; /* as many as there are processors */
    if (avcodec_parameters_to_context(scan->decoder, stream->codecpar) < 0 ||
        avcodec_open2(scan->decoder, codec, NULL) < 0)
        return failed("cannot be decoded");
    return 1;
}

static void decode(struct scan *scan)
{
    int going = 1;
    while (going && av_read_frame(scan->file, scan->packet) >= 0) {
        if (scan->packet->stream_index == scan->stream) {
            /* A packet that cannot be decoded is skipped, as players do. */
            avcodec_send_packet(scan->decoder, scan->packet);
            going = receive(scan);
        }
        av_packet_unref(scan->packet);
    }
    if (going && avcodec_send_packet(scan->decoder, NULL) == 0)
        receive(scan);
}

/* Prints the incidents and the verdict. Returns the exit status. */
static int print_summary(struct scan *scan, const char *path)
{
    flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
    flashinator_incident incident = FLASHINATOR_INCIDENT_INIT;
    if (scan->analyser == NULL ||
        flashinator_analyser_summary(scan->analyser, 0, &summary) != FLASHINATOR_OK) {
        failed("has no frames");
    } else {
        for (size_t i = 0;
             flashinator_analyser_incident(scan->analyser, 0, i, &incident) == FLASHINATOR_OK; i++)
            printf("%8.2f to %8.2f s: %s, %u general and %u red transitions in a second\n",
                   (double)incident.start / 1e9, (double)incident.end / 1e9,
                   flashinator_verdict_name(incident.verdict), incident.general_transitions,
                   incident.red_transitions);
        printf("%s: %s, %llu frames\n", path, flashinator_verdict_name(summary.verdict),
               (unsigned long long)summary.frames);
    }
    if (problem != NULL) {
        fprintf(stderr, "libav_scan: %s: %s\n", path, problem);
        return 2;
    }
    return summary.verdict == FLASHINATOR_VERDICT_FAIL;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: libav_scan VIDEO\n");
        return 2;
    }
    struct scan scan = {0};
    if (open_video(&scan, argv[1]))
        decode(&scan);
    const int result = print_summary(&scan, argv[1]);
    free(scan.memory);
    av_frame_free(&scan.frame);
    av_packet_free(&scan.packet);
    avcodec_free_context(&scan.decoder);
    avformat_close_input(&scan.file);
    return result;
}
