module zipfolder

go 1.19
