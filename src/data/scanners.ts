/** The image scanners that can be asked besides our own checks; src/scan/scanners/ has an adapter for each. */
export const scannerNames = ["trivy", "grype", "docker-scout", "osv-scanner", "dockle"] as const;
