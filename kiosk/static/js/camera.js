/** The camera, looking for a QR code with zxing from our own origin. Pictures never leave this function. */

const BETWEEN_MS = 150;
const WIDTH = 960;

/**
 * @param {HTMLVideoElement} video
 * @param {(text: string) => void} found called once
 * @returns {Promise<() => void>} ends the search; throws where no camera may be used
 */
export async function watch(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  const { readBarcodes } = await import("../../vendor/zxing/reader/index.js");
  const canvas = document.createElement("canvas");
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  let isOver = false;

  function stop() {
    isOver = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    canvas.width = 0;
  }

  async function step() {
    if (isOver) return;
    if (video.videoWidth) {
      [canvas.width, canvas.height] = [WIDTH, Math.round((WIDTH * video.videoHeight) / video.videoWidth)];
      brush.drawImage(video, 0, 0, canvas.width, canvas.height);
      const picture = brush.getImageData(0, 0, canvas.width, canvas.height);
      const [code] = await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
      if (code?.text && !isOver) {
        stop();
        return found(code.text);
      }
    }
    setTimeout(step, BETWEEN_MS);
  }

  video.srcObject = stream;
  await video.play();
  step();
  return stop;
}
