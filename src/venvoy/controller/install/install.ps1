# Makes this machine a node of a Venvoy fleet: all that it needs comes from the
# controller, nothing else has to be reachable. Running it again is harmless.
#
#   install.ps1 -Url URL -Token TOKEN [-Name N] [-Region R] [-Label K=V,...]
#               [-Python PATH] [-NoService]
#
# As an administrator it installs below %ProgramFiles%\Venvoy and keeps data in
# %ProgramData%\venvoy; as anybody else below %LOCALAPPDATA%\venvoy.
param(
    [Parameter(Mandatory)] [string] $Url,
    [Parameter(Mandatory)] [string] $Token,
    [string] $Name = '',
    [string] $Region = '',
    [string[]] $Label = @(),
    [string] $Python = '',
    [switch] $NoService
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$authority = @'
@AUTHORITY@
'@

$Url = $Url.TrimEnd('/')
$platform = 'windows-x86_64'
$curl = Join-Path $env:SystemRoot 'System32\curl.exe'

function Stop-Installer([string] $Words) {
    [Console]::Error.WriteLine("error: $Words")
    exit 1
}

function Invoke-Program([string] $Words, [scriptblock] $Block) {
    & $Block
    if ($LASTEXITCODE -ne 0) { Stop-Installer $Words }
}

function Get-Supply([string] $Path, [string] $File) {
    $options = @('-fsSg', '-o', $File)
    if ($authority.Trim()) { $options += @('--cacert', $authorityFile, '--ssl-no-revoke') }
    & $curl @options "$Url$Path"
    if ($LASTEXITCODE -ne 0) { Stop-Installer "$Url could not be reached, or did not have $Path" }
}

function Assert-Ready([string] $Query) {
    $file = Join-Path $work 'ready'
    Get-Supply "/install/ready?platform=$platform&lang=en&$Query" $file
    $said = (Get-Content $file -Encoding UTF8) -join "`n"
    if ($said.Trim() -ne 'ready') { Stop-Installer $said }
}

function Expand-Gzip([string] $From, [string] $To) {
    $in = [IO.File]::OpenRead($From)
    $out = [IO.File]::Create($To)
    try {
        $gzip = New-Object IO.Compression.GZipStream($in, [IO.Compression.CompressionMode]::Decompress)
        $gzip.CopyTo($out)
    } finally {
        $out.Dispose()
        $in.Dispose()
    }
}

function Find-Python {
    if ($Python) { return $Python }
    $found = & $uv python find --system 'cpython>=3.11' 2>$null
    if ($LASTEXITCODE -eq 0 -and $found) { return "$found" }
    Assert-Ready 'supply=python'
    $packed = Join-Path $work 'python.tar.gz'
    Get-Supply "/install/python/$platform.tar.gz" $packed
    $place = Join-Path $program "pythons\$stamp"
    New-Item -ItemType Directory -Force $place | Out-Null
    Invoke-Program 'the interpreter could not be unpacked' { tar.exe -xzf $packed -C $place --strip-components 1 }
    return (Join-Path $place 'python.exe')
}

if ($env:PROCESSOR_ARCHITECTURE -ne 'AMD64') {
    Stop-Installer "agents on Windows run on x86-64; this machine is $env:PROCESSOR_ARCHITECTURE"
}
if (-not (Test-Path $curl)) {
    Stop-Installer 'curl.exe is missing; it is part of Windows 10 1803, Windows Server 2019 and later'
}
$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
$admin = $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
$data = $env:VENVOY_DATA
if ($admin) {
    $program = Join-Path $env:ProgramFiles 'Venvoy'
    if (-not $data) { $data = Join-Path $env:ProgramData 'venvoy' }
} else {
    $program = Join-Path $env:LOCALAPPDATA 'venvoy\program'
    if (-not $data) { $data = Join-Path $env:LOCALAPPDATA 'venvoy' }
}
$stamp = Get-Date -Format 'yyyyMMddHHmmss'
$work = Join-Path $env:TEMP ('venvoy-' + [guid]::NewGuid())
New-Item -ItemType Directory -Force $work, $program, $data | Out-Null
try {
    $authorityFile = Join-Path $work 'authority.pem'
    if ($authority.Trim()) {
        [IO.File]::WriteAllText($authorityFile, $authority)
        $env:SSL_CERT_FILE = $authorityFile
    } else {
        $env:UV_SYSTEM_CERTS = '1'
    }
    if ($env:VENVOY_PROXY) { $env:HTTP_PROXY = $env:VENVOY_PROXY; $env:HTTPS_PROXY = $env:VENVOY_PROXY }

    Assert-Ready 'supply=uv'
    $uv = Join-Path $work 'uv.exe'
    Get-Supply "/install/uv/$platform.gz" "$uv.gz"
    Expand-Gzip "$uv.gz" $uv
    $env:UV_NO_CONFIG = '1'
    $env:UV_PYTHON_DOWNLOADS = 'never'
    $env:UV_CACHE_DIR = Join-Path $work 'cache'
    $env:UV_LINK_MODE = 'copy'
    $env:UV_HTTP_TIMEOUT = '300'
    $env:UV_NO_PROGRESS = '1'

    $interpreter = Find-Python
    $release = & $interpreter -c 'import sys; print(chr(46).join(map(str, sys.version_info[:3])))'
    if ($LASTEXITCODE -ne 0) { Stop-Installer "$interpreter does not run" }
    Assert-Ready "supply=agent&python=$release"
    $lock = Join-Path $work 'pylock.toml'
    Get-Supply "/install/pylock.toml?platform=$platform&python=$release&base=$Url" $lock
    $new = Join-Path $program "versions\$stamp"
    Invoke-Program 'the agent could not be installed' { & $uv -q venv -p $interpreter $new }
    Invoke-Program 'the agent could not be installed' {
        & $uv -q pip sync --preview-features pylock --no-build -p $new $lock
    }
    $venvoy = Join-Path $new 'Scripts\venvoy.exe'
    $env:VENVOY_DATA = $data
    $words = @('agent', 'join', $Url, '--token', '-')
    if ($Name) { $words += @('--name', $Name) }
    if ($Region) { $words += @('--region', $Region) }
    foreach ($each in $Label) { $words += @('--label', $each) }
    # By standard input: arguments are seen by every user of the machine.
    Invoke-Program 'the machine did not join' { $Token | & $venvoy @words }
    if ($NoService) {
        Write-Host "start the agent with: `$env:VENVOY_DATA = '$data'; & '$venvoy' agent run"
    } else {
        Invoke-Program 'the agent does not run by itself yet' { & $venvoy agent service install }
    }
} finally {
    Remove-Item -Recurse -Force $work -ErrorAction SilentlyContinue
}
